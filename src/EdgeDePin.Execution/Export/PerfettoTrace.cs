using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>
/// A trace for the Perfetto UI. Field numbers: protos/perfetto/trace/trace_packet.proto and track_event/*.proto of google/perfetto.
/// </summary>
internal static class PerfettoTrace
{
    private const ulong SequenceId = 1;
    private const ulong SliceBegin = 1;
    private const ulong SliceEnd = 2;

    // The first packet of a sequence says that nothing of it was dropped before (SEQ_INCREMENTAL_STATE_CLEARED).
    private const ulong StateCleared = 1;

    public static void Write(JournalEntry[] entries, Stream to)
    {
        var facts = new RunFacts(entries);
        Packet(to, new ProtobufWriter().Varint(10, SequenceId).Varint(13, StateCleared)
            .Message(60, new ProtobufWriter().Varint(1, Track(-1)).Message(3, new ProtobufWriter().Varint(1, 1).Text(6, $"{entries[0].Graph} {entries[0].Run}"))));
        for (int lane = 0; lane < facts.Tracks.Length; lane++)
        {
            Packet(to, new ProtobufWriter().Varint(10, SequenceId)
                .Message(60, new ProtobufWriter().Varint(1, Track(lane)).Text(2, facts.Tracks[lane]).Varint(5, Track(-1))));
        }

        // Slices of one track must come in the order of time, an end before the begin of the same instant.
        IEnumerable<(long At, int Order, JournalEntry Entry)> events = entries
            .OrderBy(entry => entry.Start).ThenBy(entry => entry.End)
            .SelectMany(entry => ((long, int, JournalEntry)[])[(entry.Start, entry.End == entry.Start ? 1 : 2, entry), (entry.End, entry.End == entry.Start ? 1 : 0, entry)])
            .OrderBy(step => step.Item1).ThenBy(step => step.Item2);
        var begun = new HashSet<(int, int)>();
        // A flow ends at the first slice that terminates it, so each arrow is a flow of its own.
        (JournalEntry From, JournalEntry To, ulong Flow)[] arrows =
            [.. entries.SelectMany(entry => facts.Before(entry).Select(before => (before, entry))).Select((arrow, at) => (arrow.before, arrow.entry, (ulong)at + 1))];
        ILookup<(int, int), ulong> outgoing = arrows.ToLookup(arrow => (arrow.From.Number, arrow.From.Attempt), arrow => arrow.Flow);
        ILookup<(int, int), ulong> incoming = arrows.ToLookup(arrow => (arrow.To.Number, arrow.To.Attempt), arrow => arrow.Flow);
        foreach ((long at, _, JournalEntry entry) in events)
        {
            ulong track = Track(facts.TrackOf(entry));
            ProtobufWriter step = begun.Add((entry.Number, entry.Attempt))
                ? Begin(entry, track, outgoing[(entry.Number, entry.Attempt)], incoming[(entry.Number, entry.Attempt)])
                : new ProtobufWriter().Varint(9, SliceEnd).Varint(11, track);
            Packet(to, new ProtobufWriter().Varint(8, (ulong)at).Varint(10, SequenceId).Message(11, step));
        }
    }

    private static ProtobufWriter Begin(JournalEntry entry, ulong track, IEnumerable<ulong> outgoing, IEnumerable<ulong> incoming)
    {
        ProtobufWriter step = new ProtobufWriter()
            .Message(4, Note("outcome", entry.Outcome.ToString().ToLowerInvariant()))
            .Message(4, new ProtobufWriter().Varint(4, (ulong)entry.Attempt).Text(10, "attempt"))
            .Message(4, new ProtobufWriter().Varint(4, (ulong)(entry.Start - entry.Ready)).Text(10, "wait_ns"))
            .Message(4, new ProtobufWriter().Varint(4, (ulong)entry.AllocatedBytes).Text(10, "allocated_bytes"))
            .Message(4, new ProtobufWriter().Double(5, entry.PredictedSeconds).Text(10, "predicted_s"))
            .Varint(9, SliceBegin).Varint(11, track).Text(22, entry.Kind).Text(23, entry.Task);
        foreach (ulong flow in outgoing)
        {
            step.Fixed64(47, flow);
        }

        foreach (ulong flow in incoming)
        {
            step.Fixed64(48, flow);
        }

        return step;
    }

    private static ProtobufWriter Note(string name, string value) => new ProtobufWriter().Text(6, value).Text(10, name);

    private static ulong Track(int lane) => (ulong)(lane + 2);

    private static void Packet(Stream to, ProtobufWriter packet) => to.Write(new ProtobufWriter().Message(1, packet).Written);
}
