using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>The replica of a store in InfluxDB.</summary>
public static class Replication
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <returns>Null when no InfluxDB is configured.</returns>
    public static Forwarder? To(InfluxOptions influx, Store store, TimeProvider time, Random random, ILogger log) =>
        influx.Url is null
            ? null
            : new Forwarder(
                store, new ForwarderOptions { Name = CursorOf(influx), Url = influx.Url, Database = influx.Database }, Http, time, random, log);

    /// <summary>The name of the cursor: another server or another database begins from the start.</summary>
    public static string CursorOf(InfluxOptions influx) =>
        $"{influx.Url?.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{influx.Database}";
}
