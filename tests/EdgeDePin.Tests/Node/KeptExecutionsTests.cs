using System.Formats.Cbor;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Records;
using EdgeDePin.Node;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Tests.Execution;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Node;

public sealed class KeptExecutionsTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("edgedepin-kept-").FullName;
    private readonly NodeIdentity _identity = NodeIdentity.FromSeed(new byte[32]);
    private readonly FakeTimeProvider _time = new();
    private readonly RecordLog _log = new(capacity: 8);
    private readonly Estimates _estimates = new();

    private string Folder => Path.Combine(_data, KeptExecutions.Folder);

    [Fact]
    public void What_the_disk_refuses_is_counted_shown_and_told_by_the_first_segment_that_is_written_again()
    {
        using (KeptExecutions before = Open())
        {
            Execute(before, 8);
        }

        using KeptExecutions kept = Open();

        // A disk that takes nothing: where the folder was there is a file.
        string aside = Folder + ".aside";
        Directory.Move(Folder, aside);
        File.WriteAllBytes(Folder, []);
        Execute(kept, 3);
        Assert.Equal(0, kept.NotKept);
        _time.Advance(TimeSpan.FromSeconds(11));
        Execute(kept, 1);
        Assert.Equal(4, kept.NotKept);
        Execute(kept, 2);
        Assert.Equal(6, kept.NotKept);
        _time.Advance(KeptExecutions.RetryPeriod);
        // Eight of twenty are still in the ring when its reader comes.
        Execute(kept, 20);
        Assert.Equal(14, kept.NotKept);

        File.Delete(Folder);
        Directory.Move(aside, Folder);
        _time.Advance(KeptExecutions.RetryPeriod);
        Execute(kept, 1);
        kept.Dispose();
        JournalVerdict verdict = JournalReader.Verify(Folder, Check, _identity.PublicKey);
        Assert.Empty(verdict.Findings);
        Assert.Equal((9, 26), (verdict.Entries, verdict.Lost));
        Assert.Equal(_log.Written, verdict.Entries + verdict.Lost);
    }

    [Fact]
    public void What_is_missing_is_told_even_if_nothing_comes_after_it()
    {
        File.WriteAllBytes(Folder, []);
        using (KeptExecutions kept = Open())
        {
            Execute(kept, 3);
            Assert.Equal(3, kept.NotKept);
            File.Delete(Folder);
        }

        JournalVerdict verdict = JournalReader.Verify(Folder, Check);
        Assert.Empty(verdict.Findings);
        Assert.Equal((0, 3), (verdict.Entries, verdict.Lost));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_times_in_a_version_that_cannot_be_read_are_learned_anew_and_saved_in_this_one(int version)
    {
        byte[] other = Learned(version);
        FormatException refused = Assert.Throws<FormatException>(() => new Estimates().Load(other));
        Assert.Contains($"version {version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, SamplesAfterOneMore(other));
    }

    // The last version without travel times: what it had learned is not lost.
    [Fact]
    public void Run_times_without_travel_are_taken_up_and_saved_with_it()
    {
        byte[] older = Learned(version: 2);
        Assert.Equal(6, SamplesAfterOneMore(older));
        var again = new Estimates();
        again.Load(File.ReadAllBytes(Times));
        Assert.Equal(again.Save(), File.ReadAllBytes(Times));
        Assert.NotEqual(older[1], File.ReadAllBytes(Times)[1]);
    }

    // A crash while they were written leaves the ones before, and what it has left behind is in nobody's way.
    [Fact]
    public void Run_times_of_which_a_crash_left_a_part_are_those_of_before()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllBytes(Times + ".next", Learned(version: 3)[..20]);
        Assert.Equal(6, SamplesAfterOneMore(Learned(version: 3)));
        Assert.False(File.Exists(Times + ".next"));
    }

    private string Times => Path.Combine(Folder, "run-times.cbor");

    // Five executions of three seconds, in the form of a version: since 3 with the travel times behind.
    private static byte[] Learned(int version)
    {
        var estimates = new Estimates();
        for (int i = 0; i < 5; i++)
        {
            estimates.Observe(Records.Any(seconds: 3));
        }

        var saved = new CborReader(estimates.Save());
        var other = new CborWriter();
        saved.ReadStartArray();
        saved.ReadInt32();
        other.WriteStartArray(version < 3 ? 3 : 4);
        other.WriteInt32(version);
        for (int part = version < 3 ? 2 : 3; part > 0; part--)
        {
            other.WriteEncodedValue(saved.ReadEncodedValue().Span);
        }

        other.WriteEndArray();
        return other.Encode();
    }

    // Opens a folder with these run times, learns from one more execution, closes it, and reads what was saved.
    private int SamplesAfterOneMore(byte[] times)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllBytes(Times, times);
        using (KeptExecutions kept = Open())
        {
            _estimates.Observe(Records.Any(seconds: 3));
        }

        var again = new Estimates();
        again.Load(File.ReadAllBytes(Times));
        Estimate known = again.Predict(Graphs.Kind);
        Assert.Equal(3, known.RunTime.TotalSeconds, 1e-3);
        return known.Samples;
    }

    public void Dispose()
    {
        _identity.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static bool Check(byte[] key, byte[] signed, byte[] signature) => NodeIdentity.Verify(key, signed, signature);

    private KeptExecutions Open() =>
        KeptExecutions.Open(new NodeOptions { DataFolder = _data }, _identity, 64_000_000, _estimates, _log, _time, NullLogger.Instance);

    private void Execute(KeptExecutions kept, int executions)
    {
        for (int i = 0; i < executions; i++)
        {
            _log.Append(Records.Any());
        }

        var batch = new List<ExecutionRecord>();
        _log.Drain(batch);
        kept.Append(batch);
    }
}
