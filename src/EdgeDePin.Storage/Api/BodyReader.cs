using System.Buffers;
using System.IO.Compression;

namespace EdgeDePin.Storage;

/// <summary>
/// Reads a request body, inflated where it is gzip, and stops at a limit before and after inflating. The memory comes from
/// the shared pool: bodies of a megabyte in new arrays would make the collector run for each few requests.
/// </summary>
internal sealed class BodyReader : IDisposable
{
    private const int FirstRoom = 64 * 1024;

    private byte[] _bytes = [];
    private int _length;

    private BodyReader()
    {
    }

    /// <summary>The body; valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <returns>Null when a limit was passed.</returns>
    /// <exception cref="InvalidDataException">The body is not gzip although it says so.</exception>
    public static async Task<BodyReader?> ReadAsync(Stream body, bool gzip, ApiOptions options, CancellationToken cancellationToken)
    {
        BodyReader? sent = await AllAsync(body, options.MaxBodyBytes, cancellationToken);
        if (!gzip || sent is null)
        {
            return sent;
        }

        using (sent)
        {
            if (sent._length < 2 || sent._bytes[0] != 0x1F || sent._bytes[1] != 0x8B)
            {
                throw new InvalidDataException(sent._length == 0 ? "EOF" : "gzip: invalid header");
            }

            using var source = new MemoryStream(sent._bytes, 0, sent._length, writable: false);
            await using var inflating = new GZipStream(source, CompressionMode.Decompress);
            return await AllAsync(inflating, options.MaxInflatedBytes, cancellationToken);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }

    private static async Task<BodyReader?> AllAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var all = new BodyReader();
        try
        {
            while (true)
            {
                all.MakeRoom();
                int read = await stream.ReadAsync(all._bytes.AsMemory(all._length), cancellationToken);
                all._length += read;
                if (read == 0 || all._length > limit)
                {
                    break;
                }
            }
        }
        catch
        {
            all.Dispose();
            throw;
        }

        if (all._length > limit)
        {
            all.Dispose();
            return null;
        }

        return all;
    }

    private void MakeRoom()
    {
        if (_length < _bytes.Length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstRoom, 2 * _length));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
