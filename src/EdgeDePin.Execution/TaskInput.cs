using System.Formats.Cbor;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>Everything a task may look at: its own bytes, and the outputs of its dependencies in the order it named them.</summary>
/// <param name="Own">What the graph's author gave to this task; may be empty.</param>
/// <param name="Dependencies">One output per dependency, in the order of <see cref="TaskSpec.After"/>.</param>
public sealed record TaskInput(byte[] Own, IReadOnlyList<byte[]> Dependencies)
{
    /// <summary>More dependencies than this are refused when unpacking: a foreign length must not size our memory.</summary>
    public const int MaxDependencies = 65_536;

    /// <summary>The turn of the lane that runs the task; null where no lane does.</summary>
    internal TaskScope? Turn { get; init; }

    /// <summary>Whether <see cref="Yield"/> would wait: for whoever has to stop something of its own before it does.</summary>
    public bool ShouldYield => Turn?.ShouldYield ?? false;

    /// <summary>
    /// Waits while somebody with more right to the processor needs it (sensing). A task that runs for longer than 100 ms calls it where
    /// it looks at its token; it costs a few nanoseconds and changes no result.
    /// </summary>
    public void Yield() => Turn?.Yield();

    /// <summary>The canonical bytes: CBOR <c>[own, [dependency, …]]</c>, deterministic encoding (RFC 8949 section 4.2.1).</summary>
    public byte[] Pack()
    {
        var writer = new CborWriter(CborConformanceMode.Canonical, initialCapacity: Own.Length + 32);
        writer.WriteStartArray(2);
        writer.WriteByteString(Own);
        writer.WriteStartArray(Dependencies.Count);
        foreach (byte[] dependency in Dependencies)
        {
            writer.WriteByteString(dependency);
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
        return writer.Encode();
    }

    /// <exception cref="FormatException">Not the canonical bytes of an input.</exception>
    public static TaskInput Unpack(ReadOnlyMemory<byte> packed)
    {
        try
        {
            var reader = new CborReader(packed, CborConformanceMode.Canonical);
            Expect(reader.ReadStartArray() == 2, "an array of two");
            byte[] own = reader.ReadByteString();
            int? count = reader.ReadStartArray();
            Expect(count is >= 0 and <= MaxDependencies, $"0 to {MaxDependencies} dependencies");
            var dependencies = new List<byte[]>();
            while (reader.PeekState() != CborReaderState.EndArray)
            {
                dependencies.Add(reader.ReadByteString());
            }

            reader.ReadEndArray();
            reader.ReadEndArray();
            Expect(reader.BytesRemaining == 0, "nothing after the input");
            return new TaskInput(own, dependencies);
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException)
        {
            throw new FormatException($"Not a packed task input: {error.Message}", error);
        }
    }

    /// <summary>Two inputs with equal digests are the same input, on every node.</summary>
    public Digest Identify() => Digest.Of(Pack());

    private static void Expect(bool condition, string expected)
    {
        if (!condition)
        {
            throw new FormatException($"Not a packed task input: expected {expected}.");
        }
    }
}
