using System.Formats.Cbor;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>Reads bytes from elsewhere: canonical, complete, and wrong ones end in one kind of exception.</summary>
internal static class GuestCbor
{
    /// <exception cref="FormatException">Not canonical CBOR of that shape; the message begins with what it should have been.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, string what, Func<CborReader, T> read)
    {
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Canonical);
            T value = read(reader);
            return reader.BytesRemaining == 0 ? value : throw new FormatException($"Not {what}: {reader.BytesRemaining} bytes follow it.");
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"Not {what}: {error.Message}", error);
        }
    }
}
