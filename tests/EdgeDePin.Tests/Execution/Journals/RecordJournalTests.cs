using CsCheck;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Tests.Execution.Lanes;

namespace EdgeDePin.Tests.Execution.Journals;

public sealed class RecordJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-journal-").FullName;
    private readonly NodeIdentity _identity = NodeIdentity.FromSeed(new byte[32]);

    private static Gen<JournalEntry> AnyEntry { get; } =
        Gen.Select(Gen.Int[0, 1000], Gen.Long[0, 1L << 60], Gen.Int[0, 1 << 30], Gen.Int[0, 1 << 30], Gen.Int)
            .Select((number, start, waited, ran, seed) => Make(number, start, waited, ran, seed));

    private static JournalEntry Make(int number, long start, int waited, int ran, int seed)
    {
        var random = new Random(seed);
        string Name(string prefix) => $"{prefix}{random.Next(5)}";
        int priority = random.Next(-5, 5);
        return new JournalEntry
        {
            Run = Name("run"),
            Graph = Name("graph"),
            Task = Name("täsk"),
            Kind = Name("kind"),
            Worker = Name("node"),
            Number = number,
            After = [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(1000))],
            Ready = start - waited,
            Start = start,
            End = start + ran,
            ResourceWait = random.Next(2) * random.Next(1000),
            Transfer = random.Next(2) * random.Next(1000),
            CpuQuality = (CpuQuality)random.Next(4),
            CpuNanoseconds = 0,
            AllocatedBytes = random.Next(10_000),
            InputDigest = (ulong)random.NextInt64(),
            OutputDigest = (ulong)random.NextInt64(),
            Outcome = (ExecutionOutcome)random.Next(9),
            Cause = random.Next(2) == 0 ? "" : "IOException: cable",
            Attempt = random.Next(4),
            Priority = priority,
            Needs = random.Next(2) == 0 ? null : new TaskNeeds((short)priority, (ushort)random.Next(1, 9), random.NextInt64(1L << 40), (ulong)random.NextInt64()),
            Lane = random.Next(-1, 64),
            TemperatureCelsius = (sbyte)random.Next(-20, 90),
            MegaHertz = (ushort)random.Next(3000),
            SpawnedBy = random.Next(2) == 0 ? null : random.Next(1000),
            PredictedFinish = random.Next(2) * (start + random.Next()),
            RunnerUp = random.Next(2) == 0 ? null : Name("node"),
            Lanes = random.Next(3),
            Resources = random.Next(2) == 0 ? null : Shared,
        };
    }

    private static Resources Shared { get; } = new() { Cores = 4, MemoryBytes = 1 << 30, Tokens = [new("i2c", 1), new("spi", 2)] };

    [Fact]
    public void What_is_written_is_read_and_verified_over_any_number_of_openings() => AnyEntry.Array[0, 40].Array[1, 4].Sample(
        openings =>
        {
            string folder = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
            foreach (JournalEntry[] entries in openings)
            {
                using RecordJournal journal = Open(folder);
                foreach (JournalEntry entry in entries)
                {
                    journal.Append(entry);
                }
            }

            JournalEntry[] expected = [.. openings.SelectMany(entries => entries)];
            JournalEntry[] read = [.. JournalReader.Segments(folder).SelectMany(segment => segment.Entries)];
            Assert.Equal(expected.Length, read.Length);
            Assert.All(expected.Zip(read), pair =>
            {
                Assert.Equal(pair.First.After, pair.Second.After);
                Assert.Equal(pair.First.Resources is null, pair.Second.Resources is null);
                if (pair.Second.Resources is Resources shared)
                {
                    Assert.Equal((Shared.Cores, Shared.MemoryBytes), (shared.Cores, shared.MemoryBytes));
                    Assert.Equal(Shared.Tokens, shared.Tokens);
                }

                long finish = pair.First.RunnerUp is null ? 0 : pair.Second.RunnerUpFinish;
                Assert.Equal(pair.First with { After = pair.Second.After, Resources = pair.Second.Resources, RunnerUpFinish = finish }, pair.Second);
            });
            JournalVerdict verdict = JournalReader.Verify(folder, NodeCheck);
            Assert.Empty(verdict.Findings);
            Assert.Equal(expected.Length, verdict.Entries);
            Assert.Equal(expected.Count(entry => entry.Outcome == ExecutionOutcome.Superseded), verdict.Superseding);
        }, iter: 60, threads: 1);

    [Fact]
    public void Each_changed_or_missing_byte_is_found_and_its_segment_named()
    {
        using (RecordJournal journal = Open(_folder))
        {
            foreach (JournalEntry entry in Enumerable.Range(0, 30).Select(number => Make(number, number * 1000L, 5, 700, number)))
            {
                journal.Append(entry);
                if (journal.Written % 10 == 0)
                {
                    journal.Seal();
                }
            }
        }

        string file = JournalReader.FilesOf(_folder)[0].FullName;
        byte[] whole = File.ReadAllBytes(file);
        long[] offsets = [.. JournalReader.Segments(_folder).Select(segment => segment.Offset)];
        Assert.Equal(3, offsets.Length);
        for (int at = 0; at < whole.Length; at += 3)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x10;
            File.WriteAllBytes(file, changed);
            JournalFinding finding = JournalReader.Verify(_folder, NodeCheck).Findings[0];
            Assert.Equal(offsets.Last(offset => offset <= at), finding.Offset);
            if (offsets.Contains(at))
            {
                continue;
            }

            File.WriteAllBytes(file, whole[..at]);
            Assert.StartsWith("truncated", Assert.Single(JournalReader.Verify(_folder, NodeCheck).Findings).What, StringComparison.Ordinal);
        }

        // A whole segment taken out of the middle leaves good signatures and a broken chain.
        File.WriteAllBytes(file, [.. whole[..(int)offsets[1]], .. whole[(int)offsets[2]..]]);
        Assert.Contains("the segment before is not the one", JournalReader.Verify(_folder, NodeCheck).Findings[0].What, StringComparison.Ordinal);
        File.WriteAllBytes(file, whole);
        Assert.Contains("another key", JournalReader.Verify(_folder, NodeCheck, new byte[32]).Findings[0].What, StringComparison.Ordinal);
        Assert.Empty(JournalReader.Verify(_folder, NodeCheck, _identity.PublicKey).Findings);
    }

    [Fact]
    public void Zeros_that_a_power_cut_left_at_the_end_are_cut_off_and_the_journal_goes_on()
    {
        using (RecordJournal journal = Open(_folder))
        {
            journal.Append(Make(1, 1_000, 5, 700, 1));
        }

        using (FileStream file = File.OpenWrite(JournalReader.FilesOf(_folder)[0].FullName))
        {
            file.SetLength(file.Length + 512);
        }

        using (RecordJournal journal = Open(_folder))
        {
            journal.Append(Make(2, 2_000, 5, 700, 2));
        }

        JournalVerdict verdict = JournalReader.Verify(_folder, NodeCheck);
        Assert.Empty(verdict.Findings);
        Assert.Equal(2, verdict.Entries);
    }

    // Written by the program before entries told of lanes, demands and placements.
    [Fact]
    public void A_journal_of_the_first_version_is_read_proved_and_continued()
    {
        byte[] old = Convert.FromBase64String("RURSMbYAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEfk1dl0J4wop4rXoe3W6GujFSgyAdfJbXD+rc5t34P8kABQyMDI2MTEyM1QyMjA5NTkuNTg2WgEDb2xkAgJ2bQIDAWEDltmYstiF5uoxkMvbAdbh7gEAAAAC/a2CAZQCBAFiBADyqfoBAPAEAAECAoLRxQEFMUludmFsaWRPcGVyYXRpb25FeGNlcHRpb246IHRvbGQgdG8gZmFpbCBieSAtLWZhaWwBAQCUAAQEANqJHAC4BAABAgKSnwUFAQIAhAIGAWMG4N06APCuHUgAAQIBAAIAAHTa9wOm9Qt8KJmXNLLVIKx11dejR0uek9SzAjDNMCo8RvZce7x5MjYHrfHJ9ua2xdKqrVhYZL+t0J339GhNlAk=");
        File.WriteAllBytes(Path.Combine(_folder, "000000000000.records"), old);
        JournalEntry[] entries = [.. JournalReader.Segments(_folder).SelectMany(segment => segment.Entries)];
        Assert.Equal([("a", 1), ("b", 1), ("b", 2), ("c", 0)], entries.Select(entry => (entry.Task, entry.Attempt)));
        Assert.All(entries, entry => Assert.Equal((0, null, null), (entry.Lanes, entry.RunnerUp, entry.SpawnedBy)));
        Assert.Empty(JournalReader.Verify(_folder, NodeCheck).Findings);
        using (RecordJournal journal = Open(_folder))
        {
            journal.Append(Make(2, 2_000, 5, 700, 2));
        }

        Assert.Equal(5, JournalReader.Segments(_folder).Sum(segment => segment.Entries.Count));
        // Segments say so of themselves: what a newer program wrote is not taken for damage.
        old[12] = 9;
        File.WriteAllBytes(Path.Combine(_folder, "000000000000.records"), old);
        Assert.Contains("entries of version 9", JournalReader.Verify(_folder, NodeCheck).Findings[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_and_lost_are_executions_on_disk_as_well_and_each_takes_less_than_48_bytes()
    {
        const int Tasks = 20_000;
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 2, RingCapacity = 1 << 15 }, TimeProvider.System);
        GraphShape shape = Shapes.Random(Tasks, 3, new Random(1));
        using (RecordJournal journal = Open(_folder))
        {
            var recorder = new CrewRecorder(crew, journal, TimeProvider.System);
            RunReport report = await crew.RunAsync(new RunPlan
            {
                Shape = shape,
                Predictions = [.. Enumerable.Range(0, Tasks).Select(task => new Prediction(0.001f, 0.002f, 1))],
                Body = scope => scope.Digests((ulong)scope.Task * 0x9E3779B97F4A7C15, (ulong)scope.Task * 0xD1B54A32D192ED03),
            }, TestContext.Current.CancellationToken);
            recorder.Drain(new RunNames("r", "g", shape, null, null, "here"));
            Assert.Equal(report.Executions, journal.Written + journal.Lost);
        }

        JournalVerdict verdict = JournalReader.Verify(_folder, NodeCheck);
        Assert.Equal(Tasks, verdict.Entries + verdict.Lost);
        double bytes = JournalReader.FilesOf(_folder).Sum(file => file.Length) / (double)verdict.Entries;
        Assert.True(bytes <= 48, $"{bytes:0.0} bytes for each record");
    }

    public void Dispose()
    {
        _identity.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool NodeCheck(byte[] key, byte[] signed, byte[] signature) => NodeIdentity.Verify(key, signed, signature);

    private RecordJournal Open(string folder) => RecordJournal.Open(folder, _identity.PublicKey, bytes => _identity.Sign(bytes));
}
