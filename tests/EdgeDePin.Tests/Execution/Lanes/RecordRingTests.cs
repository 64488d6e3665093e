using System.Runtime.CompilerServices;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Tests.Execution.Lanes;

public sealed class RecordRingTests
{
    [Fact]
    public void A_record_is_two_cache_lines() => Assert.Equal(LaneRecord.Bytes, Unsafe.SizeOf<LaneRecord>());

    [Fact]
    public void A_reader_that_is_overtaken_never_gets_a_torn_record_and_the_sum_holds()
    {
        const int Records = 2_000_000;
        var ring = new RecordRing(64);
        var writer = new Thread(() =>
        {
            for (int i = 1; i <= Records; i++)
            {
                ref LaneRecord record = ref ring.Next();
                (record.Ready, record.Start, record.End, record.Task) = (i, i, i, i);
                ring.Commit();
            }
        });
        writer.Start();
        long read = 0, last = 0;
        var some = new LaneRecord[16];
        bool over = false;
        while (true)
        {
            int count = ring.Drain(some);
            foreach (LaneRecord record in some.AsSpan(0, count))
            {
                Assert.True(record.Sequence > last && record.Ready == record.Sequence && record.Start == record.Sequence
                    && record.End == record.Sequence && record.Task == record.Sequence, $"torn at {record.Sequence}");
                last = record.Sequence;
            }

            read += count;
            if (count == 0 && over)
            {
                break;
            }

            over = !writer.IsAlive;
        }

        Assert.Equal(Records, ring.Written);
        Assert.Equal(Records, read + ring.Lost);
        Assert.Equal(read, ring.Drained);
        Assert.Equal(Records, last);
    }
}
