using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution.Records;

/// <summary>
/// Entries as bytes: each as the difference from the one before, in variable-length integers, names once per segment. A little over
/// 40 bytes for an entry with both digests. A segment is read from its own bytes alone.
/// </summary>
internal sealed class EntryCodec
{
    /// <summary>Longer names are no names.</summary>
    public const int MaxTextBytes = 4096;

    private const int MaxAfter = 1 << 24;

    private const byte HasDigests = 1;
    private const byte HasPrediction = 2;
    private const byte HasCpu = 4;
    private const byte HasWaits = 8;
    private const byte HasCause = 16;
    private const byte NewContext = 32;
    private const byte HasNewMachine = 64;
    private const byte NotUsual = 128;

    // From version 1 the flags are a number of variable length, so the first seven still take one byte.
    private const int HasSpawner = 256;
    private const int HasNeeds = 512;
    private const int HasPlacement = 1024;
    private const int HasRunnerUp = 2048;

    private readonly int _version;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private JournalEntry _last;

    /// <param name="version">Of what is read; what is written always has the current one.</param>
    public EntryCodec(int version = SegmentHeader.CurrentVersion)
    {
        _version = version;
        Reset();
    }

    /// <summary>Forgets all names and the last entry: the next entry begins a segment.</summary>
    public void Reset()
    {
        _numbers.Clear();
        _texts.Clear();
        _last = new JournalEntry
        {
            Run = "",
            Graph = "",
            Task = "",
            Kind = "",
            Worker = "",
            Cause = "",
            Number = -1,
            After = [],
            Ready = 0,
            Start = 0,
            End = 0,
            Attempt = 1,
            TemperatureCelsius = LaneRecord.NoTemperature,
        };
    }

    public void Write(IBufferWriter<byte> to, in JournalEntry entry)
    {
        bool context = entry.Run != _last.Run || entry.Graph != _last.Graph || entry.Worker != _last.Worker
            || entry.Lanes != _last.Lanes || !ReferenceEquals(entry.Resources, _last.Resources);
        bool machine = entry.TemperatureCelsius != _last.TemperatureCelsius || entry.MegaHertz != _last.MegaHertz;
        bool usual = entry is { Outcome: ExecutionOutcome.Succeeded, Attempt: 1 } && entry.Priority == _last.Priority;
        int flags = (entry.InputDigest != 0 || entry.OutputDigest != 0 ? HasDigests : 0)
            | (entry.PredictedSeconds > 0 ? HasPrediction : 0)
            | (entry.CpuQuality != CpuQuality.None ? HasCpu : 0)
            | (entry.ResourceWait != 0 || entry.Transfer != 0 ? HasWaits : 0)
            | (string.IsNullOrEmpty(entry.Cause) ? 0 : HasCause)
            | (context ? NewContext : 0) | (machine ? HasNewMachine : 0) | (usual ? 0 : NotUsual)
            | (entry.SpawnedBy is null ? 0 : HasSpawner) | (entry.Needs is null ? 0 : HasNeeds)
            | (entry.PredictedFinish == 0 ? 0 : HasPlacement) | (entry.RunnerUp is null ? 0 : HasRunnerUp);
        Unsigned(to, (ulong)flags);
        if (context)
        {
            Text(to, entry.Run);
            Text(to, entry.Graph);
            Text(to, entry.Worker);
            Unsigned(to, (ulong)entry.Lanes);
            Shared(to, entry.Resources);
        }

        Signed(to, entry.Number - _last.Number);
        Text(to, entry.Task);
        Text(to, entry.Kind);
        // The start is near the end of the last entry, the end near its own start.
        Signed(to, entry.Start - _last.End);
        Unsigned(to, (ulong)Math.Max(0, entry.End - entry.Start));
        Unsigned(to, (ulong)Math.Max(0, entry.Start - entry.Ready));
        Unsigned(to, (ulong)Math.Max(0, entry.AllocatedBytes));
        Signed(to, entry.Lane);
        Unsigned(to, (ulong)entry.After.Count);
        foreach (int before in entry.After)
        {
            Signed(to, entry.Number - before);
        }

        Optional(to, flags, entry);
        Added(to, flags, entry);
        _last = entry;
    }

    /// <exception cref="FormatException">Not what <see cref="Write"/> makes.</exception>
    public JournalEntry Read(ref ReadOnlySpan<byte> from)
    {
        int flags = _version == 0 ? Byte(ref from) : checked((int)Unsigned(ref from));
        (string run, string graph, string worker) = (flags & NewContext) != 0
            ? (Text(ref from), Text(ref from), Text(ref from))
            : (_last.Run, _last.Graph, _last.Worker);
        (int lanes, Resources? resources) = _version > 0 && (flags & NewContext) != 0
            ? (checked((int)Unsigned(ref from)), Shared(ref from))
            : (_last.Lanes, _last.Resources);
        int number = checked((int)(_last.Number + Signed(ref from)));
        string task = Text(ref from), kind = Text(ref from);
        // A task without a name of its own is called by its number, and needs no bytes for that.
        task = task.Length > 0 ? task : $"#{number}";
        long start = _last.End + Signed(ref from);
        long end = start + (long)Unsigned(ref from);
        long ready = start - (long)Unsigned(ref from);
        long allocated = (long)Unsigned(ref from);
        int lane = checked((int)Signed(ref from));
        ulong count = Unsigned(ref from);
        // Each takes at least a byte, so a foreign count cannot size our memory beyond the segment.
        if (count > MaxAfter || count > (ulong)from.Length)
        {
            throw new FormatException($"An entry names {count} dependencies in {from.Length} bytes.");
        }

        int[] after = count == 0 ? [] : new int[count];
        for (int i = 0; i < after.Length; i++)
        {
            after[i] = checked((int)(number - Signed(ref from)));
        }

        (ulong input, ulong output) = (flags & HasDigests) != 0 ? (Fixed(ref from), Fixed(ref from)) : (0, 0);
        (float predicted, float p90, byte model) = (flags & HasPrediction) != 0 ? (Single(ref from), Single(ref from), Byte(ref from)) : (0f, 0f, (byte)0);
        (byte quality, long cpu) = (flags & HasCpu) != 0 ? (Byte(ref from), end - start - Signed(ref from)) : ((byte)0, 0);
        (long resource, long transfer) = (flags & HasWaits) != 0 ? ((long)Unsigned(ref from), (long)Unsigned(ref from)) : (0, 0);
        string cause = (flags & HasCause) != 0 ? Text(ref from) : "";
        (sbyte temperature, ushort megaHertz) = (flags & HasNewMachine) != 0
            ? ((sbyte)Byte(ref from), checked((ushort)Unsigned(ref from)))
            : (_last.TemperatureCelsius, _last.MegaHertz);
        (byte outcome, int attempt, int priority) = (flags & NotUsual) != 0
            ? (Byte(ref from), checked((int)Unsigned(ref from)), checked((int)Signed(ref from)))
            : ((byte)ExecutionOutcome.Succeeded, 1, _last.Priority);
        int? spawnedBy = (flags & HasSpawner) != 0 ? checked((int)(number - Signed(ref from))) : null;
        TaskNeeds? needs = (flags & HasNeeds) != 0
            ? new TaskNeeds((short)Math.Clamp(priority, short.MinValue, short.MaxValue), checked((ushort)Unsigned(ref from)), checked((long)Unsigned(ref from)), Unsigned(ref from))
            : null;
        long finish = (flags & HasPlacement) != 0 ? start + Signed(ref from) : 0;
        (string? runnerUp, long runnerUpFinish) = (flags & HasRunnerUp) != 0 ? (Text(ref from), start + Signed(ref from)) : (null, 0L);
        (ExecutionOutcome outcomes, CpuQuality qualities) = _version < 2 ? (ExecutionOutcome.FellBack, CpuQuality.Exact) : (ExecutionOutcome.Superseded, CpuQuality.Carried);
        if (outcome > (byte)outcomes || quality > (byte)qualities)
        {
            throw new FormatException($"An entry has outcome {outcome} and CPU quality {quality}, which do not exist.");
        }

        return _last = new JournalEntry
        {
            Run = run,
            Graph = graph,
            Worker = worker,
            Number = number,
            Task = task,
            Kind = kind,
            Start = start,
            End = end,
            Ready = ready,
            AllocatedBytes = allocated,
            Lane = lane,
            After = after,
            InputDigest = input,
            OutputDigest = output,
            PredictedSeconds = predicted,
            PredictedP90Seconds = p90,
            Model = model,
            CpuQuality = (CpuQuality)quality,
            CpuNanoseconds = cpu,
            ResourceWait = resource,
            Transfer = transfer,
            Cause = cause,
            TemperatureCelsius = temperature,
            MegaHertz = megaHertz,
            Outcome = (ExecutionOutcome)outcome,
            Attempt = attempt,
            Priority = priority,
            SpawnedBy = spawnedBy,
            Needs = needs,
            PredictedFinish = finish,
            RunnerUp = runnerUp,
            RunnerUpFinish = runnerUpFinish,
            Lanes = lanes,
            Resources = resources,
        };
    }

    private static void Unsigned(IBufferWriter<byte> to, ulong value)
    {
        Span<byte> span = to.GetSpan(10);
        int at = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[at++] = (byte)(value | 0x80);
        }

        span[at++] = (byte)value;
        to.Advance(at);
    }

    private static void Signed(IBufferWriter<byte> to, long value) => Unsigned(to, (ulong)((value << 1) ^ (value >> 63)));

    private static byte Byte(ref ReadOnlySpan<byte> from)
    {
        if (from.IsEmpty)
        {
            throw new FormatException("An entry ends in the middle.");
        }

        byte value = from[0];
        from = from[1..];
        return value;
    }

    private static ulong Unsigned(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte(ref from);
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A number is longer than 64 bits.");
    }

    private static long Signed(ref ReadOnlySpan<byte> from)
    {
        ulong value = Unsigned(ref from);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static ulong Fixed(ref ReadOnlySpan<byte> from)
    {
        if (from.Length < 8)
        {
            throw new FormatException("An entry ends in the middle.");
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(from);
        from = from[8..];
        return value;
    }

    // A prediction is a rough thing: the upper 16 bits of a float tell it to one part in 128, as bfloat16 does.
    private static float Single(ref ReadOnlySpan<byte> from)
    {
        int bits = (Byte(ref from) | (Byte(ref from) << 8)) << 16;
        return BitConverter.Int32BitsToSingle(bits);
    }

    private static void Single(Span<byte> to, float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value) + 0x8000;
        (to[0], to[1]) = ((byte)(bits >> 16), (byte)(bits >> 24));
    }

    private void Optional(IBufferWriter<byte> to, int flags, in JournalEntry entry)
    {
        Span<byte> span = to.GetSpan(32);
        int at = 0;
        if ((flags & HasDigests) != 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(span, entry.InputDigest);
            BinaryPrimitives.WriteUInt64LittleEndian(span[8..], entry.OutputDigest);
            at = 16;
        }

        if ((flags & HasPrediction) != 0)
        {
            Single(span[at..], entry.PredictedSeconds);
            Single(span[(at + 2)..], entry.PredictedP90Seconds);
            span[at + 4] = entry.Model;
            at += 5;
        }

        if ((flags & HasCpu) != 0)
        {
            span[at++] = (byte)entry.CpuQuality;
        }

        to.Advance(at);
        if ((flags & HasCpu) != 0)
        {
            Signed(to, entry.End - entry.Start - entry.CpuNanoseconds);
        }

        if ((flags & HasWaits) != 0)
        {
            Unsigned(to, (ulong)entry.ResourceWait);
            Unsigned(to, (ulong)entry.Transfer);
        }

        if ((flags & HasCause) != 0)
        {
            Text(to, entry.Cause);
        }

        if ((flags & HasNewMachine) != 0)
        {
            to.GetSpan(1)[0] = (byte)entry.TemperatureCelsius;
            to.Advance(1);
            Unsigned(to, entry.MegaHertz);
        }

        if ((flags & NotUsual) != 0)
        {
            to.GetSpan(1)[0] = (byte)entry.Outcome;
            to.Advance(1);
            Unsigned(to, (ulong)entry.Attempt);
            Signed(to, entry.Priority);
        }
    }

    // What version 1 added.
    private void Added(IBufferWriter<byte> to, int flags, in JournalEntry entry)
    {
        if (entry.SpawnedBy is int spawner)
        {
            Signed(to, entry.Number - spawner);
        }

        if (entry.Needs is TaskNeeds needs)
        {
            // The priority stands with the outcome.
            Unsigned(to, needs.Cores);
            Unsigned(to, (ulong)needs.MemoryBytes);
            Unsigned(to, needs.Tokens);
        }

        if ((flags & HasPlacement) != 0)
        {
            Signed(to, entry.PredictedFinish - entry.Start);
        }

        if (entry.RunnerUp is string runnerUp)
        {
            Text(to, runnerUp);
            Signed(to, entry.RunnerUpFinish - entry.Start);
        }
    }

    private void Shared(IBufferWriter<byte> to, Resources? resources)
    {
        Unsigned(to, (ulong)(resources?.Cores ?? 0));
        if (resources is not null)
        {
            Unsigned(to, (ulong)resources.MemoryBytes);
            Unsigned(to, (ulong)resources.Tokens.Length);
            foreach (Token token in resources.Tokens)
            {
                Text(to, token.Name);
                Unsigned(to, (ulong)token.Count);
            }
        }
    }

    private Resources? Shared(ref ReadOnlySpan<byte> from)
    {
        int cores = checked((int)Unsigned(ref from));
        if (cores == 0)
        {
            return null;
        }

        long memory = checked((long)Unsigned(ref from));
        ulong count = Unsigned(ref from);
        if (count > Resources.MaxTokens)
        {
            throw new FormatException($"A run shares {count} kinds of token; {Resources.MaxTokens} are allowed.");
        }

        var tokens = new Token[count];
        for (int at = 0; at < tokens.Length; at++)
        {
            tokens[at] = new Token(Text(ref from), checked((int)Unsigned(ref from)));
        }

        return new Resources { Cores = cores, MemoryBytes = memory, Tokens = [.. tokens] };
    }

    // A name that is known is its number; a new one is the next number, its length and itself.
    private void Text(IBufferWriter<byte> to, string text)
    {
        if (_numbers.TryGetValue(text, out int number))
        {
            Unsigned(to, (ulong)number);
            return;
        }

        Unsigned(to, (ulong)_numbers.Count);
        _numbers.Add(text, _numbers.Count);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = Math.Min(bytes.Length, MaxTextBytes);
        Unsigned(to, (ulong)length);
        to.Write(bytes.AsSpan(0, length));
    }

    private string Text(ref ReadOnlySpan<byte> from)
    {
        ulong number = Unsigned(ref from);
        if (number < (ulong)_texts.Count)
        {
            return _texts[(int)number];
        }

        ulong length = Unsigned(ref from);
        if (number != (ulong)_texts.Count || length > MaxTextBytes || length > (ulong)from.Length)
        {
            throw new FormatException($"Text number {number} of {length} bytes; {_texts.Count} are known.");
        }

        string text = Encoding.UTF8.GetString(from[..(int)length]);
        from = from[(int)length..];
        _texts.Add(text);
        return text;
    }
}
