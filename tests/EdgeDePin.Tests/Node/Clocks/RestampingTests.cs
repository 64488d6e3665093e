using System.Globalization;
using EdgeDePin.Model;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Storage;
using static EdgeDePin.Tests.Node.Clocks.ClockedNode;

namespace EdgeDePin.Tests.Node.Clocks;

/// <summary>A wrong clock delays readings or marks them; it loses none, and none stays where it was not taken.</summary>
public sealed class RestampingTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A Raspberry Pi without battery: 1970 until the network comes.
    [Fact]
    public async Task Readings_of_a_clock_that_was_never_set_wait_and_get_the_instants_at_which_they_were_taken()
    {
        var time = new SteppedTime(DateTimeOffset.UnixEpoch);
        using var node = new ClockedNode(_folder, time, "boot-1");
        time.Pass(10 * Second);
        StampedReading first = node.Take(1);
        time.Pass(5 * Second);
        StampedReading second = node.Take(2);
        Point fault = new("fault", [], [new Field("count", 1L)], Point.InstantOf(time.GetUtcNow()));
        Task storing = node.StoreAsync(first, second);
        Task<IReadOnlyList<Point>> admitting = node.AdmitAsync(fault);
        time.Pass(100 * Second);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(storing.IsCompleted || admitting.IsCompleted);
        Assert.Equal((ClockState.Held, 0L), (node.Clock.State, node.Store.PointCount));

        time.Set(Noon);
        for (int waited = 0; waited < 1_000 && !(storing.IsCompleted && admitting.IsCompleted); waited++)
        {
            time.Pass(Second);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        DateTimeOffset booted = Noon - (115 * Second);
        Assert.Equal([Describe(1, booted + (10 * Second), true), Describe(2, booted + (15 * Second), true)], node.Stored());
        Assert.Equal(Point.InstantOf(booted + (15 * Second)), (await admitting)[0].Instant);
        Assert.Equal((1L, 2L, 0L), (node.Clock.Steps, node.Clock.Restamped, node.Clock.Moved));
        // Older than the device has run: this start did not stamp it.
        Point imported = new("history", [], [new Field("count", 1L)], Point.InstantOf(DateTimeOffset.UnixEpoch.AddDays(11_000)));
        Assert.Equal(imported.Instant, (await node.AdmitAsync(imported))[0].Instant);

        await node.StoreAsync(node.Take(3));
        Assert.Equal(Describe(3, time.GetUtcNow(), false), node.Stored()[^1]);
    }

    // The clock of a device that went on at the last saved time, and one that was an hour ahead; in the log, in a shard, and in both.
    [Theory]
    [InlineData(3_600, false)]
    [InlineData(3_600, true)]
    [InlineData(-3_600, false)]
    [InlineData(-3_600, true)]
    [InlineData(-4, true)]
    [InlineData(86_400.25, true)]
    public async Task A_step_moves_what_was_stored_before_it_and_nothing_else(double seconds, bool inShards)
    {
        var time = new SteppedTime(Noon);
        using var node = new ClockedNode(_folder, time, "boot-2");
        // Of an earlier start, and of somebody else: right in the middle of the wrong instants.
        Point[] others = [.. Stores.Points($"grid,node=node-1,sensor=meter,site=home power=77 {Point.InstantOf(Noon.AddMilliseconds(4_500))}\ngrid,node=other,sensor=meter,site=home power=88 {Point.InstantOf(Noon.AddSeconds(5))}")];
        node.Store.Append(others);
        List<string> expected = [];
        for (int taken = 0; taken < 20; taken++)
        {
            time.Pass(Second);
            expected.Add(Describe(taken, Noon.AddSeconds(seconds) + time.Uptime, true));
            await node.StoreAsync(node.Take(taken));
            if (inShards && taken == 11)
            {
                node.Store.Compact();
            }
        }

        time.Set(time.GetUtcNow().AddSeconds(seconds));
        time.Pass(Second);
        await node.StoreAsync(node.Take(20));
        expected.Add(Describe(20, Noon.AddSeconds(seconds) + time.Uptime, false));
        expected.Add(Describe(77, Noon.AddMilliseconds(4_500), false));
        expected.Add(Describe(88, Noon.AddSeconds(5), false));
        Assert.Equal((1L, 20L), (node.Clock.Steps, node.Clock.Moved));
        for (int look = 0; look < 3; look++)
        {
            Assert.Equal(expected.Order(StringComparer.Ordinal), node.Stored().Order(StringComparer.Ordinal));
            node.Restart();
            if (look == 1)
            {
                node.Store.Compact();
            }
        }

        string ledger = string.Join('\n', node.Store.ReadAfter(0, 1_000).Select(stored => stored.Point).Where(point => point.Measurement == ClockLedger.Measurement));
        Assert.Contains("state=\"Moved\"", ledger, StringComparison.Ordinal);
        Assert.Contains("points=20i", ledger, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_while_telemetry_is_away_is_found_at_its_next_start()
    {
        var time = new SteppedTime(Noon);
        using var node = new ClockedNode(_folder, time, "boot-3");
        time.Pass(Second);
        await node.StoreAsync(node.Take(1));
        node.Restart();
        time.Pass(Second);
        await node.StoreAsync(node.Take(2));
        time.Set(Noon.AddDays(2));
        node.Restart();
        Assert.True(await node.LookAsync());
        Assert.Equal([Describe(1, Noon.AddDays(2) - Second, true), Describe(2, Noon.AddDays(2), true)], node.Stored());
        node.Restart();
        Assert.True(await node.LookAsync());
        Assert.Equal((0L, 0L, 2), (node.Clock.Steps, node.Clock.Moved, node.Stored().Count));
    }

    [Fact]
    public async Task What_was_read_while_the_kernel_knew_that_the_clock_is_right_is_never_moved()
    {
        var time = new SteppedTime(Noon.AddHours(-1));
        using var node = new ClockedNode(_folder, time, "boot-4");
        time.Pass(Second);
        await node.StoreAsync(node.Take(1));
        time.Set(Noon);
        node.Synchronised = true;
        time.Pass(Second);
        await node.StoreAsync(node.Take(2));
        Assert.Equal((ClockState.Synchronised, 1L), (node.Clock.State, node.Clock.Moved));
        List<string> right = [Describe(1, Noon, true), Describe(2, Noon + Second, false)];
        Assert.Equal(right, node.Stored());

        node.Synchronised = false;
        time.Set(Noon.AddHours(5));
        await node.StoreAsync(node.Take(3));
        Assert.Equal(1, node.Clock.Moved);
        Assert.Equal([.. right, Describe(3, Noon.AddHours(5), false)], node.Stored());
    }

    [Fact]
    public async Task A_clock_that_forgets_the_year_while_the_device_runs_is_not_believed()
    {
        var time = new SteppedTime(Noon);
        using var node = new ClockedNode(_folder, time, "boot-5");
        await node.StoreAsync(node.Take(1));
        time.Set(DateTimeOffset.UnixEpoch.AddDays(1));
        time.Pass(10 * Second);
        await node.StoreAsync(node.Take(2));
        Assert.Equal([Describe(1, Noon, false), Describe(2, Noon + (10 * Second), true)], node.Stored());
    }

    // The start of a device that nobody tells the time: what it reads comes after what it has, in order, until somebody does.
    [Fact]
    public async Task A_device_that_starts_again_without_a_network_goes_on_after_its_newest_reading()
    {
        using (var before = new ClockedNode(_folder, new SteppedTime(Noon), "boot-6"))
        {
            before.Time.Pass(30 * Second);
            await before.StoreAsync(before.Take(1));
        }

        var time = new SteppedTime(Noon.AddDays(-3));
        using var node = new ClockedNode(_folder, time, "boot-7", holdSeconds: 60);
        time.Pass(20 * Second);
        StampedReading early = node.Take(2);
        Assert.False(await node.LookAsync());
        time.Pass(61 * Second);
        await node.StoreAsync(early, node.Take(3));
        Assert.Equal(ClockState.Assumed, node.Clock.State);
        DateTimeOffset newest = Noon + (30 * Second);
        Assert.Equal([Describe(1, newest, false), Describe(2, newest + (20 * Second), true), Describe(3, newest + (81 * Second), true)], node.Stored());

        time.Set(Noon.AddHours(8));
        time.Pass(Second);
        await node.StoreAsync(node.Take(4));
        Assert.Equal(
            [Describe(1, newest, false), Describe(2, Noon.AddHours(8) - (61 * Second), true), Describe(3, Noon.AddHours(8), true), Describe(4, Noon.AddHours(8) + Second, false)],
            node.Stored().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_an_earlier_start_left_in_the_hub_is_stored_as_it_says_and_not_moved_with_ours()
    {
        var time = new SteppedTime(Noon);
        using var node = new ClockedNode(_folder, time, "boot-9");
        time.Pass(Second);
        await node.StoreAsync(node.Take(1));
        StampedReading kept = new(new Reading(new SensorId("meter"), Quantity.Power, 50, Noon.AddMilliseconds(500)), 900, TimeSpan.FromHours(7));
        StampedReading unset = new(new Reading(new SensorId("meter"), Quantity.Power, 60, DateTimeOffset.UnixEpoch), 901, TimeSpan.FromHours(7));
        await node.StoreAsync("boot-8", kept, unset);
        time.Pass(Second);
        await node.StoreAsync(node.Take(2));
        time.Set(Noon.AddHours(1));
        Assert.True(await node.LookAsync());
        Assert.Equal(
            [Describe(50, Noon.AddMilliseconds(500), false), Describe(1, Noon.AddHours(1) - Second, true), Describe(2, Noon.AddHours(1), true)], node.Stored());
        Assert.Equal(1, node.Clock.Refused);
        Assert.Contains("clock was not set", Assert.Single(node.Store.ReadQuarantine(9)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Moving_the_same_points_once_more_changes_nothing()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("grid,node=n,sensor=a,site=s power=1 1000000\ngrid,node=n,sensor=a,site=s power=2 2000000\ngrid,node=n,site=s power=3 1500000\nm v=1 1000000"));
        var shift = new PointShift(["grid", "weather"], [new("node", "n")], "sensor", 0, store.HeadSequence, 1_000_000, 2_000_000, 5_000_000, 1_000_000, "moved");
        Assert.Equal(2, store.Shift(shift));
        store.Compact();
        Assert.Equal(0, store.Shift(shift));
        Assert.Equal(
            ["grid,node=n,sensor=a,site=s power=1,moved=true 6000000", "grid,node=n,sensor=a,site=s power=2,moved=true 7000000", "grid,node=n,site=s power=3 1500000", "m v=1 1000000"],
            store.ReadAfter(0, 100).Select(stored => stored.Point.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_step_that_the_disk_does_not_take_at_once_is_not_forgotten()
    {
        var time = new SteppedTime(Noon);
        using var node = new ClockedNode(_folder, time, "boot-12");
        time.Pass(Second);
        await node.StoreAsync(node.Take(1));
        time.Set(Noon.AddHours(1));
        node.Refuses = 1;
        Assert.True(await node.LookAsync());
        Assert.Equal((1L, 0L), (node.Clock.Steps, node.Clock.Moved));
        time.Pass(Second);
        await node.StoreAsync(node.Take(2));
        Assert.Equal((1L, 1L), (node.Clock.Steps, node.Clock.Moved));
        Assert.Equal([Describe(1, Noon.AddHours(1), true), Describe(2, Noon.AddHours(1) + Second, false)], node.Stored());
    }

    [Fact]
    public async Task What_a_disk_does_not_give_back_is_moved_when_it_does_and_readings_go_on_meanwhile()
    {
        var time = new SteppedTime(Noon);
        using var node = new ClockedNode(_folder, time, "boot-13");
        time.Pass(Second);
        await node.StoreAsync(node.Take(1));
        node.Store.Compact();
        Dictionary<string, byte[]> files = Directory.GetFiles(_folder.Sub("shards"), "*.parquet", SearchOption.AllDirectories)
            .ToDictionary(file => file, File.ReadAllBytes);
        foreach ((string file, byte[] whole) in files)
        {
            // The description at the end stays: it is the values that cannot be read.
            Replace(file, [.. whole[..4], .. Enumerable.Repeat((byte)0xFF, 60), .. whole[64..]]);
        }

        Assert.Throws<StoreException>(() => node.Store.ReadAfter(0, 100));
        time.Set(Noon.AddHours(1));
        Assert.True(await node.LookAsync());
        time.Pass(Second);
        await node.StoreAsync(node.Take(2));
        foreach ((string file, byte[] whole) in files)
        {
            Replace(file, whole);
        }

        Assert.Equal(2, node.Stored().Count);
        Assert.True(await node.LookAsync());
        Assert.Equal(0, node.Clock.Moved);
        time.Pass(ClockMoves.Patience);
        Assert.True(await node.LookAsync());
        Assert.Equal(1, node.Clock.Moved);
        Assert.Equal([Describe(1, Noon.AddHours(1), true), Describe(2, Noon.AddHours(1) + Second, false)], node.Stored());
    }

    // With another time of writing, so that no cache of the engine answers for the file.
    private static void Replace(string file, byte[] content)
    {
        DateTime written = File.GetLastWriteTimeUtc(file);
        File.WriteAllBytes(file, content);
        File.SetLastWriteTimeUtc(file, written.AddMinutes(1));
    }

    // Whatever happens to the clock, as long as it is right in the end: every reading is there once, at its instant.
    [Fact]
    public async Task Readings_survive_any_history_of_the_clock()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            using var folder = new TemporaryFolder();
            var time = new SteppedTime(Noon.AddSeconds(random.Next(-90_000, 90_000)));
            using var node = new ClockedNode(folder, time, "boot-11");
            var taken = new List<(double Value, TimeSpan Uptime)>();
            for (int turn = 0; turn < 60; turn++)
            {
                time.Pass(TimeSpan.FromMilliseconds(random.Next(1, 5_000)));
                switch (random.Next(10))
                {
                    case 0:
                        time.Set(time.GetUtcNow().AddMilliseconds(random.Next(-7_200_000, 7_200_000)));
                        break;
                    case 1:
                        node.Restart();
                        break;
                    case 2:
                        node.Store.Compact();
                        break;
                    default:
                        taken.Add((turn, time.Uptime));
                        await node.StoreAsync(node.Take(turn));
                        break;
                }
            }

            time.Set(Noon.AddDays(40));
            Assert.True(await node.LookAsync());
            DateTimeOffset booted = time.GetUtcNow() - time.Uptime;
            Dictionary<double, DateTimeOffset> stored = node.Stored().Select(line => line.TrimEnd('*').Split(' '))
                .ToDictionary(parts => double.Parse(parts[0], CultureInfo.InvariantCulture), parts => DateTimeOffset.Parse($"{parts[1]}Z", CultureInfo.InvariantCulture));
            Assert.True(taken.Count == stored.Count, $"seed {seed}: taken {taken.Count}, stored {stored.Count}");
            foreach ((double value, TimeSpan uptime) in taken)
            {
                TimeSpan off = (stored[value] - (booted + uptime)).Duration();
                // Each move rounds to the millisecond.
                Assert.True(off < TimeSpan.FromMilliseconds(15), $"seed {seed}: reading {value} is off by {off}");
            }
        }
    }
}
