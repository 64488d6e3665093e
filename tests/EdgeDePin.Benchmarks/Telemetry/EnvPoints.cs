using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Storage;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>The series of <see cref="EnvSeries"/> as points.</summary>
internal static class EnvPoints
{
    /// <summary>Batches in the order of time.</summary>
    public static List<Point[]> Batches(int seed, int count, int batchPoints)
    {
        var series = new EnvSeries(seed);
        Tag[][] tags = [.. Enumerable.Range(0, EnvSeries.Devices).Select(device =>
        {
            (string name, string site) = EnvSeries.Tags(device);
            return (Tag[])[new Tag("device", name), new Tag("site", site)];
        })];
        IEnumerable<Point> points = Enumerable.Range(0, count * batchPoints / EnvSeries.Devices).SelectMany(_ =>
        {
            long instant = series.Advance();
            return Enumerable.Range(0, EnvSeries.Devices).Select(device => new Point(
                EnvSeries.Measurement, tags[device], EnvSeries.Fields.Select((field, at) => new Field(field, series.Value(device, at))), instant));
        });
        return [.. points.Chunk(batchPoints)];
    }
}
