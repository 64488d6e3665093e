namespace EdgeDePin.EndToEnd;

/// <summary>
/// The modules of a node on a clock that is wrong and is set while they run: libfaketime moves the clock on the wall under the processes
/// and leaves the one alone that counts since the start of the device.
/// </summary>
public sealed class ClockTests
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_node_that_starts_in_1973_and_is_set_twice_has_every_reading_once_at_its_instant()
    {
        Assert.SkipUnless(File.Exists(Library) || Environment.GetEnvironmentVariable("CI") == "true", $"{Library} is not installed: apt-get install faketime.");
        string offset = Path.GetTempFileName();
        try
        {
            await SetAsync(offset, seconds: -1_700_000_000);
            var variables = new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = Library,
                ["FAKETIME_TIMESTAMP_FILE"] = offset,
                ["FAKETIME_NO_CACHE"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                ["NO_FAKE_STAT"] = "1",
                // The kernel speaks of the clock of this machine, and not of the one that the modules see.
                ["EDGEDEPIN_Clock__AskKernel"] = "false",
            };
            await using MeteredNode node = await MeteredNode.StartAsync((name, arguments) => BuiltProgram.Module(name, variables, arguments));
            double began = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await MetricAsync(node, "clock_state", value => value == 0);
            await MetricAsync(node, "readings_waiting", value => value > 0);
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            Assert.Empty(await node.AskAsync("SELECT count(voltage) FROM grid"));

            await SetAsync(offset, seconds: 0);
            double set = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await node.CountReachesAsync("SELECT count(voltage) FROM grid", 20);
            await MetricAsync(node, "readings_restamped_total", value => value > 0);
            // The first were taken before the clock was set, and that is where they are.
            double[][] first = await InfluxQuery.RowsAsync(node.Url, "edgedepin", "SELECT voltage FROM grid ORDER BY time LIMIT 1");
            Assert.InRange(first[0][0], began - 60_000, set - 1_000);

            const double Step = 7_200_000;
            await SetAsync(offset, seconds: 7_200);
            await MetricAsync(node, "points_moved_total", value => value >= 20);
            double count = (await node.AskAsync("SELECT count(voltage) FROM grid"))[0];
            await node.CountReachesAsync("SELECT count(voltage) FROM grid", count + 10);
            double[][] rows = await InfluxQuery.RowsAsync(node.Url, "edgedepin", "SELECT voltage, power FROM grid");
            Assert.Equal(first[0][0] + Step, rows[0][0], 20d);
            Assert.Equal(2d, await MetricAsync(node, "clock_steps_total", _ => true));
            Assert.Equal(0d, await MetricAsync(node, "readings_missing", _ => true));

            // The sensor module's last word: every reading is a field in the store, none is lost and none is there twice.
            node.Sensor.Interrupt();
            Assert.Equal(0, await node.Sensor.ExitCodeAsync(Patience));
            double[] read = [], stored = [];
            await Eventually.HoldsAsync(
                async () =>
                {
                    read = await node.AskAsync("SELECT max(readings) FROM health");
                    stored = await node.AskAsync("SELECT count(voltage), count(current), count(power), count(energy), count(frequency) FROM grid");
                    return stored.Sum() == read[0];
                },
                Patience, () => $"read {read[0]}; stored {string.Join(' ', stored)}");
        }
        finally
        {
            File.Delete(offset);
        }
    }

    // Whole or not at all: the modules read it at any moment.
    private static async Task SetAsync(string file, long seconds)
    {
        await File.WriteAllTextAsync($"{file}.new", $"{seconds:+0;-0;+0}\n", TestContext.Current.CancellationToken);
        File.Move($"{file}.new", file, overwrite: true);
    }

    private static async Task<double> MetricAsync(MeteredNode node, string name, Predicate<double> wanted)
    {
        double value = double.NaN;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        await Eventually.HoldsAsync(
            async () =>
            {
                string text = await http.GetStringAsync($"{node.Url}/metrics", TestContext.Current.CancellationToken);
                string line = text.Split('\n').Single(one => one.StartsWith($"edgedepin_{name} ", StringComparison.Ordinal));
                return wanted(value = double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
            },
            Patience, () => $"{name} is {value}. {node.Telemetry.Error}");
        return value;
    }
}
