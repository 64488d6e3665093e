using CsCheck;
using EdgeDePin.Execution;

namespace EdgeDePin.Tests.Execution;

public sealed class RecordLogTests
{
    [Fact]
    public void Written_is_drained_plus_lost_plus_pending_and_the_newest_survive() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[0, 12].Array[0, 20]).Sample((capacity, bursts) =>
        {
            var log = new RecordLog(capacity);
            var read = new List<ExecutionRecord>();
            foreach (int burst in bursts)
            {
                for (int record = 0; record < burst; record++)
                {
                    log.Append(Records.Any());
                }

                (long written, long drained, long lost, int pending, _) = log.Count();
                Assert.Equal(written, drained + lost + pending);
                Assert.Equal(Math.Min(burst, capacity), log.Drain(read));
            }

            Assert.Equal(bursts.Sum(), log.Written);
            Assert.Equal(log.Written, log.Lost + read.Count);
            Assert.Equal(read.Select(record => record.Sequence).Order(), read.Select(record => record.Sequence));
            Assert.Equal(bursts.Sum(burst => Math.Max(0, burst - capacity)), log.Lost);
        });

    [Fact]
    public async Task The_reader_is_woken_by_a_record()
    {
        var log = new RecordLog();
        Task waiting = log.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        log.Append(Records.Any());
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(1, log.Pending);
    }
}
