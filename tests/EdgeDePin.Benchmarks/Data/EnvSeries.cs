using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace EdgeDePin.Benchmarks.Data;

/// <summary>
/// Telemetry of a field of stations: 100 devices that report five quantities together every 10 s, each a random walk in
/// steps of its chip's resolution. A line takes about 127 bytes, and about 20 after the fastest gzip.
/// </summary>
/// <param name="seed">The same seed makes the same data.</param>
internal sealed class EnvSeries(int seed)
{
    public const int Devices = 100;
    public const string Measurement = "env";

    /// <summary>In the order in which a line names them.</summary>
    public static readonly string[] Fields = ["temperature", "humidity", "pressure", "pm10", "pm25"];

    /// <summary>2026-01-01T00:00:00Z, in ns since 1970.</summary>
    public const long Start = 1_767_225_600_000_000_000;

    public const long Step = 10_000_000_000;

    private static readonly (double Least, double Most, double Step, int Decimals)[] Walks =
        [(-10, 35, 0.01, 2), (10, 95, 0.1, 1), (960, 1040, 0.01, 2), (1, 200, 0.1, 1), (1, 120, 0.1, 1)];

    private readonly Random _random = new(seed);
    private readonly double[] _values = [.. Enumerable.Range(0, Devices).SelectMany(device => Walks.Select(walk => walk.Least + ((walk.Most - walk.Least) * device / Devices)))];
    private long _instant = Start;

    /// <summary>The value of a field of a device at the instant produced last.</summary>
    public double Value(int device, int field) => Math.Round(_values[(device * Walks.Length) + field], Walks[field].Decimals);

    /// <summary>The tag values of a device: <c>device</c> and <c>site</c>.</summary>
    public static (string Device, string Site) Tags(int device) => ($"station-{device:D3}", $"site-{device % 10}");

    /// <summary>Moves every device one step on, and returns the instant of the new values in ns since 1970.</summary>
    public long Advance()
    {
        for (int at = 0; at < _values.Length; at++)
        {
            (double least, double most, double step, _) = Walks[at % Walks.Length];
            _values[at] = Math.Clamp(_values[at] + (step * _random.Next(-1, 2)), least, most);
        }

        _instant += Step;
        return _instant;
    }

    /// <summary>Bodies of write requests, each of so many lines, in the order of time.</summary>
    public List<byte[]> Bodies(int points, int linesPerBody) => [.. Stream(points, linesPerBody)];

    /// <summary>The same, made one at a time.</summary>
    public IEnumerable<byte[]> Stream(int points, int linesPerBody)
    {
        var text = new StringBuilder();
        int device = Devices;
        long instant = 0;
        for (int line = 1; line <= points; line++, device++)
        {
            if (device == Devices)
            {
                (device, instant) = (0, Advance());
            }

            (string name, string site) = Tags(device);
            text.Append(CultureInfo.InvariantCulture, $"{Measurement},device={name},site={site} ");
            for (int field = 0; field < Fields.Length; field++)
            {
                text.Append(field == 0 ? "" : ",").Append(Fields[field]).Append('=').Append(Value(device, field).ToString($"F{Walks[field].Decimals}", CultureInfo.InvariantCulture));
            }

            text.Append(CultureInfo.InvariantCulture, $" {instant}\n");
            if (line % linesPerBody == 0 || line == points)
            {
                yield return Encoding.ASCII.GetBytes(text.ToString());
                text.Clear();
            }
        }
    }

    /// <summary>The same bodies as a client sends them that compresses with the fastest gzip.</summary>
    public static List<byte[]> Compressed(IEnumerable<byte[]> bodies) => [.. bodies.Select(body =>
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return target.ToArray();
    })];
}
