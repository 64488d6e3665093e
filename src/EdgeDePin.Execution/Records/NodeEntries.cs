using System.Buffers.Binary;
using EdgeDePin.Model;

namespace EdgeDePin.Execution.Records;

/// <summary>A node's execution record as it lies in its journal.</summary>
public static class NodeEntries
{
    public static JournalEntry From(ExecutionRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        // What a neighbour does begins when its inputs have come: of that instant only its own clock could tell, so the whole of the travel,
        // there and back, stands before the start.
        long start = Nanoseconds(record.StartedAt + record.Queue + record.Transfer);
        bool own = record.Requester is null;
        return new JournalEntry
        {
            Run = record.RunId,
            Graph = record.Graph,
            Task = record.Task,
            Kind = record.Kind.ToString(),
            Worker = record.Worker,
            Number = record.Number,
            After = own ? record.After : [],
            Ready = Nanoseconds(record.ReadyAt),
            Start = start,
            End = Math.Max(start, Nanoseconds(record.EndedAt)),
            Transfer = record.Transfer.Ticks * TimeSpan.NanosecondsPerTick,
            AllocatedBytes = record.AllocatedBytes,
            InputDigest = Prefix(record.Input),
            OutputDigest = Prefix(record.Output),
            PredictedSeconds = (float)record.PredictedSeconds,
            PredictedP90Seconds = (float)record.PredictedP90Seconds,
            Model = (byte)record.Model,
            Outcome = record.Outcome,
            Cause = record.Cause ?? "",
            Attempt = record.Attempt,
            Priority = record.Priority,
            PredictedFinish = record.PredictedFinish is { } finish ? Nanoseconds(finish) : 0,
            RunnerUp = record.RunnerUp,
            RunnerUpFinish = record.RunnerUpFinish is { } other ? Nanoseconds(other) : 0,
            Lanes = record.Lanes,
            Lane = record.Lane,
            CpuNanoseconds = (record.CpuTime?.Ticks ?? 0) * TimeSpan.NanosecondsPerTick,
            CpuQuality = record.CpuQuality,
            TemperatureCelsius = record.TemperatureCelsius,
            MegaHertz = record.MegaHertz,
        };
    }

    private static ulong Prefix(Digest? digest) => digest is { } known ? BinaryPrimitives.ReadUInt64BigEndian(known.ToBytes()) : 0;

    private static long Nanoseconds(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks * 100;
}
