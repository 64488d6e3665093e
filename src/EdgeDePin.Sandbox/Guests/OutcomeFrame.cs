using System.Formats.Cbor;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>An outcome on its way from the process to the host.</summary>
internal static class OutcomeFrame
{
    // Canonical CBOR: [fuel, failure or -1, message, output].
    public static byte[] Encode(GuestOutcome outcome)
    {
        byte[] output = (outcome as GuestOutcome.Completed)?.Output ?? [];
        var writer = new CborWriter(CborConformanceMode.Canonical, initialCapacity: output.Length + 64);
        writer.WriteStartArray(4);
        writer.WriteInt64(outcome.Fuel);
        writer.WriteInt32(outcome is GuestOutcome.Failed failed ? (int)failed.Why : -1);
        writer.WriteTextString((outcome as GuestOutcome.Failed)?.Message ?? "");
        writer.WriteByteString(output);
        writer.WriteEndArray();
        return writer.Encode();
    }

    /// <summary>The process may have been taken over, so what it says is checked like anything foreign.</summary>
    /// <exception cref="FormatException">Not an outcome of this call.</exception>
    public static GuestOutcome Decode(byte[] content, GuestCall call)
    {
        (long fuel, int why, string message, byte[] output) = GuestCbor.Read(content, "an outcome", reader =>
        {
            reader.ReadStartArray();
            (long, int, string, byte[]) read = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadTextString(), reader.ReadByteString());
            reader.ReadEndArray();
            return read;
        });
        bool known = why == -1 || Enum.IsDefined((GuestFailure)why);
        if (!known || fuel < 0 || fuel > call.Fuel || output.Length > GuestCall.MaxOutputBytes || message.Length > 1_024)
        {
            throw new FormatException($"Not an outcome of this call: fuel {fuel} of {call.Fuel}, failure {why}, {output.Length} bytes.");
        }

        return why == -1
            ? new GuestOutcome.Completed(output) { Fuel = fuel }
            : new GuestOutcome.Failed((GuestFailure)why, message) { Fuel = fuel };
    }
}
