using System.Buffers.Binary;
using System.Text;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>
/// An outcome on its way from the process to the host: fuel (8 bytes), failure or -1 (4), length of the message (4), message, output.
/// </summary>
internal static class OutcomeFrame
{
    private const int Head = 16;

    public static byte[] Encode(GuestOutcome outcome)
    {
        byte[] output = (outcome as GuestOutcome.Completed)?.Output ?? [];
        var failed = outcome as GuestOutcome.Failed;
        byte[] message = Encoding.UTF8.GetBytes(failed?.Message ?? "");
        byte[] frame = new byte[Head + message.Length + output.Length];
        BinaryPrimitives.WriteInt64LittleEndian(frame, outcome.Fuel);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), failed is null ? -1 : (int)failed.Why);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), message.Length);
        message.CopyTo(frame, Head);
        output.CopyTo(frame, Head + message.Length);
        return frame;
    }

    /// <summary>The process may have been taken over, so what it says is checked like anything foreign.</summary>
    /// <exception cref="FormatException">Not an outcome of this call.</exception>
    public static GuestOutcome Decode(byte[] frame, GuestCall call)
    {
        long fuel = frame.Length >= Head ? BinaryPrimitives.ReadInt64LittleEndian(frame) : -1;
        int why = frame.Length >= Head ? BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(8)) : -1;
        int length = frame.Length >= Head ? BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(12)) : -1;
        bool known = why == -1 || Enum.IsDefined((GuestFailure)why);
        if (!known || fuel < 0 || fuel > call.Fuel || length is < 0 or > 4_096 || length > frame.Length - Head
            || frame.Length - Head - length > GuestCall.MaxOutputBytes)
        {
            throw new FormatException($"Not an outcome of this call: fuel {fuel} of {call.Fuel}, failure {why}, {frame.Length} bytes.");
        }

        return why == -1
            ? new GuestOutcome.Completed(frame[(Head + length)..]) { Fuel = fuel }
            : new GuestOutcome.Failed((GuestFailure)why, GuestText.Printable(Encoding.UTF8.GetString(frame, Head, length))) { Fuel = fuel };
    }
}
