using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>The replica of a store in InfluxDB.</summary>
public static class Replication
{
    /// <returns>Null when no InfluxDB is configured.</returns>
    public static Forwarder? To(InfluxOptions influx, Store store, TimeProvider time, Random random, ILogger log) =>
        influx.Url is null
            ? null
            : new Forwarder(store, new ForwarderOptions { Url = influx.Url, Database = influx.Database }, time, random, log);
}
