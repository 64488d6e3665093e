using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>Forwarders and points as these tests need them.</summary>
internal static class Forwarders
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public static Forwarder Create(Store store, Uri url, Action<ForwarderOptions>? with = null)
    {
        var options = new ForwarderOptions
        {
            Url = url,
            Database = "replica",
            PollInterval = TimeSpan.FromMilliseconds(20),
            RetryDelay = TimeSpan.FromMilliseconds(5),
            MaxRetryDelay = TimeSpan.FromMilliseconds(20),
        };
        with?.Invoke(options);
        return new Forwarder(store, options, Http, TimeProvider.System, new Random(1), NullLogger.Instance);
    }

    public static Point At(int number) => new("m", [new("k", $"{number % 7}")], [new("v", (FieldValue)(number * 0.25))], 1_000L * number);

    public static IEnumerable<Point> Numbered(int from, int count) => Enumerable.Range(from, count).Select(At);
}
