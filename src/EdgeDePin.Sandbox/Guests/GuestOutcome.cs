using System.Formats.Cbor;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>What came of running a guest.</summary>
public abstract record GuestOutcome
{
    private GuestOutcome()
    {
    }

    /// <summary>What it used, at most the fuel of the call; equal on every processor.</summary>
    public long Fuel { get; init; }

    /// <summary>It ran to its end.</summary>
    public sealed record Completed(byte[] Output) : GuestOutcome
    {
        /// <summary>Canonical CBOR <c>[fuel, output]</c>: whoever repeats the task proves its bill with its result.</summary>
        public byte[] Pack()
        {
            var writer = new CborWriter(CborConformanceMode.Canonical, initialCapacity: Output.Length + 16);
            writer.WriteStartArray(2);
            writer.WriteInt64(Fuel);
            writer.WriteByteString(Output);
            writer.WriteEndArray();
            return writer.Encode();
        }

        /// <exception cref="FormatException">Not the canonical bytes of a result.</exception>
        public static Completed Unpack(ReadOnlyMemory<byte> packed) => GuestCbor.Read(packed, "a guest's result", reader =>
        {
            int? parts = reader.ReadStartArray();
            long fuel = parts == 2 ? reader.ReadInt64() : throw new FormatException($"Not a guest's result: an array of {parts} parts.");
            var completed = new Completed(reader.ReadByteString()) { Fuel = fuel };
            reader.ReadEndArray();
            return completed;
        });
    }

    /// <summary>There is no result, whatever it wrote before.</summary>
    /// <param name="Why">Which limit or rule.</param>
    /// <param name="Message">One sentence with the value seen; never more than 1,024 characters.</param>
    public sealed record Failed(GuestFailure Why, string Message) : GuestOutcome;
}
