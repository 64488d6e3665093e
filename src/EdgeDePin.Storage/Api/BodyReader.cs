using System.Buffers;
using System.IO.Compression;

namespace EdgeDePin.Storage;

/// <summary>Reads a request body, inflated where it is gzip, and stops at a limit before and after inflating.</summary>
internal static class BodyReader
{
    /// <returns>Null when a limit was passed.</returns>
    /// <exception cref="InvalidDataException">The body is not gzip although it says so.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream body, bool gzip, ApiOptions options, CancellationToken cancellationToken)
    {
        if (!gzip)
        {
            return await AllAsync(body, options.MaxBodyBytes, cancellationToken);
        }

        if (await AllAsync(body, options.MaxBodyBytes, cancellationToken) is not { } compressed)
        {
            return null;
        }

        if (compressed.Length < 2 || compressed.Span[0] != 0x1F || compressed.Span[1] != 0x8B)
        {
            throw new InvalidDataException(compressed.IsEmpty ? "EOF" : "gzip: invalid header");
        }

        using var source = new MemoryStream(compressed.ToArray(), writable: false);
        await using var inflating = new GZipStream(source, CompressionMode.Decompress);
        return await AllAsync(inflating, options.MaxInflatedBytes, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>?> AllAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>(16_384);
        while (true)
        {
            Memory<byte> room = bytes.GetMemory(16_384);
            int read = await stream.ReadAsync(room, cancellationToken);
            if (read == 0)
            {
                return bytes.WrittenMemory;
            }

            bytes.Advance(read);
            if (bytes.WrittenCount > limit)
            {
                return null;
            }
        }
    }
}
