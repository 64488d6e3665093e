namespace EdgeDePin.Tests.Sandbox;

/// <summary>The example tasks as they lie in the repository, and inputs for them.</summary>
internal static class Examples
{
    public static byte[] BackTest => Read("backtest");

    public static byte[] MapTile => Read("map-tile");

    public static byte[] PowerQuality => Read("power-quality");

    public static byte[] MonteCarlo => Read("monte-carlo");

    public static IEnumerable<byte[]> All => [BackTest, MapTile, PowerQuality, MonteCarlo];

    public static byte[] Pack(params IEnumerable<double> numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    public static double[] Unpack(byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length / 8).Select(i => BitConverter.ToDouble(bytes, i * 8))];

    /// <summary>Ten cycles of 230 V at 50 Hz with a third, a fifth and an interharmonic line, from a seed.</summary>
    public static double[] Mains(int samples, int cycles)
    {
        var random = new Random(17);
        double Wave(int i, double cycle, double amplitude, double phase) => amplitude * Math.Sin((2 * Math.PI * cycle * i / samples) + phase);
        return [.. Enumerable.Range(0, samples).Select(i =>
            Wave(i, cycles, 325, 0.3) + Wave(i, 3 * cycles, 20, 1) + Wave(i, 5 * cycles, 8, 2) + Wave(i, (7 * cycles) + 1, 3, 0) + random.NextDouble())];
    }

    /// <summary>A daily course with noise, hour by hour.</summary>
    public static double[] Hours(int count)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, count).Select(hour => 10 + (5 * Math.Sin(2 * Math.PI * hour / 24)) + random.NextDouble())];
    }

    /// <summary>Stations at random places of a square of 10 by 10.</summary>
    public static (double X, double Y, double Value)[] Stations(int count)
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 10, random.NextDouble() * 10, 20 + (random.NextDouble() * 5)))];
    }

    /// <summary>Each example with an input that keeps it busy for some milliseconds.</summary>
    public static IEnumerable<(string Name, byte[] Module, byte[] Input)> Calls =>
    [
        ("backtest", BackTest, Pack([24, 6, 24, 10, 200, 400, 10, .. Hours(400)])),
        ("map-tile", MapTile, Pack([16, 16, 0, 0, 0.6, 0.6, 0.1, 4, 5, .. Stations(20).SelectMany(station => new[] { station.X, station.Y, station.Value })])),
        ("power-quality", PowerQuality, Pack([10, .. Mains(2048, 10)])),
        ("monte-carlo", MonteCarlo, Pack(5, 8, 0.1, 0.8, 4, 24, 5_000)),
    ];

    private static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(SharedData.Repository, "examples", "tasks", $"{name}.wasm"));
}
