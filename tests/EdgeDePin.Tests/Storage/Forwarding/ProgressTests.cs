using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>The set of delivered sequences: nothing too much, nothing too little, whatever a crash leaves of it.</summary>
public sealed class ProgressTests
{
    [Fact]
    public void It_is_the_set_of_what_was_delivered_after_any_steps_and_any_crash()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var disk = new Dictionary<string, long>(StringComparer.Ordinal);
            var delivered = new HashSet<long>();
            var progress = new Progress(0, []);
            long head = 0;
            for (int step = 0; step < 60; step++)
            {
                head += random.Next(0, 20);
                // What is given up to be sent again was delivered all the same: a crash may bring it back.
                var before = new HashSet<long>(delivered);
                Progress next = Step(progress, head, random, delivered);
                CursorChange[] changes = [.. ProgressFile.Changes(progress, next)];
                bool crash = random.Next(5) == 0;
                foreach (CursorChange change in changes.Take(crash ? random.Next(changes.Length + 1) : changes.Length))
                {
                    disk[change.Cursor] = change.Sequence;
                }

                progress = next;
                if (crash)
                {
                    (progress, IEnumerable<CursorChange> repairs) = ProgressFile.Parse(name => disk.GetValueOrDefault(name), head);
                    foreach (CursorChange repair in repairs)
                    {
                        disk[repair.Cursor] = repair.Sequence;
                    }

                    HashSet<long> known = SetOf(progress);
                    Assert.True(known.IsSubsetOf(before.Union(delivered)), $"seed {seed} step {step}: {progress.Cursor} claims what was not delivered");
                    delivered = known;
                }

                Assert.True(SetOf(progress).SetEquals(delivered), $"seed {seed} step {step}: {progress.Cursor}");
                Assert.Equal(head - delivered.Count, progress.Waiting(head));
            }

            Assert.Equal(SetOf(progress), SetOf(ProgressFile.Parse(name => disk.GetValueOrDefault(name), head).Progress));
        }
    }

    [Fact]
    public void After_sixteen_leaps_the_live_lane_works_in_order()
    {
        var progress = new Progress(0, []);
        for (int at = 1; at <= Progress.Slots; at++)
        {
            progress = progress.Leap(at * 100).LiveTo((at * 100) + 1);
        }

        Assert.Equal(progress, progress.Leap(9_000));
        progress = progress.BacklogTo(100);
        Assert.Equal((101, Progress.Slots - 1), (progress.Cursor, progress.Ahead.Length));
        Assert.Equal(9_000, progress.Leap(9_000).Live);
    }

    [Fact]
    public void A_store_that_began_anew_is_sent_from_the_start()
    {
        var disk = new Dictionary<string, long>(StringComparer.Ordinal) { [""] = 500, ["#ahead3.after"] = 600, ["#ahead3.until"] = 700 };
        (Progress progress, IEnumerable<CursorChange> repairs) = ProgressFile.Parse(name => disk.GetValueOrDefault(name), head: 40);
        Assert.Equal((0, 0), (progress.Cursor, progress.Ahead.Length));
        Assert.Equal([new("#ahead3.until", 0), new("", 0)], repairs);
    }

    private static Progress Step(Progress progress, long head, Random random, HashSet<long> delivered)
    {
        switch (random.Next(4))
        {
            case 0:
                return progress.Leap(head - random.Next(0, 10));
            case 1 when progress.BacklogUntil is { } until:
                long reached = Math.Min(until, progress.Cursor + random.Next(1, 30));
                delivered.UnionWith(Sequences(progress.Cursor, reached));
                return progress.BacklogTo(reached);
            case 2 when random.Next(10) == 0:
                delivered.RemoveWhere(sequence => sequence > progress.Cursor);
                return progress.InOrderAgain();
            default:
                long live = Math.Min(head, progress.Live + random.Next(0, 10));
                delivered.UnionWith(Sequences(progress.Live, live));
                return progress.LiveTo(live);
        }
    }

    private static HashSet<long> SetOf(Progress progress) =>
        [.. Sequences(0, progress.Cursor), .. progress.Ahead.SelectMany(range => Sequences(range.After, range.Until))];

    private static IEnumerable<long> Sequences(long after, long until) => Enumerable.Range(1, (int)Math.Max(0, until - after)).Select(at => after + at);
}
