namespace EdgeDePin.Sensors.Buses;

/// <summary>What stands at the beginning of some bytes.</summary>
/// <param name="rest">At least one byte.</param>
/// <returns>The length of a valid frame; 0 if none begins here; -1 if one may, once more bytes have come.</returns>
public delegate int FrameAt(ReadOnlySpan<byte> rest);

/// <summary>
/// Finds whole frames in the bytes of a serial line, which may begin anywhere and hold disturbed ones. A byte at which no frame
/// begins is dropped alone: a head inside a disturbed frame may begin a good one.
/// </summary>
/// <param name="longest">Bytes of the longest frame.</param>
public sealed class FrameScanner(FrameAt frameAt, int longest)
{
    private readonly byte[] _bytes = new byte[8 * longest];
    private int _count;
    private int _start;

    /// <summary>How many bytes belonged to no valid frame.</summary>
    public int Discarded { get; private set; }

    /// <summary>How many bytes wait for others that would make them a frame.</summary>
    public int Waiting => _count - _start;

    /// <summary>Where the next bytes of the line go; tell with <see cref="Advance"/> how many came.</summary>
    public Memory<byte> Free
    {
        get
        {
            _bytes.AsSpan(_start, _count - _start).CopyTo(_bytes);
            (_start, _count) = (0, _count - _start);
            return _bytes.AsMemory(_count);
        }
    }

    public void Advance(int count) => _count += count;

    /// <summary>The next valid frame, which stays until <see cref="Free"/> is asked for. False: more bytes are needed, and there is room.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> frame)
    {
        while (_start < _count)
        {
            ReadOnlySpan<byte> rest = _bytes.AsSpan(_start, _count - _start);
            int length = frameAt(rest);
            if (length > 0)
            {
                frame = _bytes.AsMemory(_start, length);
                _start += length;
                return true;
            }

            if (length < 0 && rest.Length < longest)
            {
                break;
            }

            _start++;
            Discarded++;
        }

        frame = default;
        return false;
    }

    public void Clear() => (_start, _count, Discarded) = (0, 0, 0);

    /// <summary>Reads until there is a frame.</summary>
    /// <exception cref="EndOfStreamException">The line was closed.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Stream line, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out ReadOnlyMemory<byte> frame))
            {
                return frame;
            }

            int count = await line.ReadAsync(Free, cancellationToken);
            Advance(count > 0 ? count : throw new EndOfStreamException("the line was closed"));
        }
    }
}
