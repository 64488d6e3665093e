using System.Diagnostics.CodeAnalysis;

namespace EdgeDePin.Sensors.AirQuality.Sds011;

/// <summary>Finds whole frames in the bytes of a serial line, which may begin anywhere and hold disturbed ones.</summary>
public sealed class Sds011FrameScanner
{
    private readonly byte[] _bytes = new byte[16 * Sds011Frame.Length];
    private int _count;

    /// <summary>How many bytes belonged to no valid frame.</summary>
    public int Discarded { get; private set; }

    /// <summary>Where the next bytes of the line go; tell with <see cref="Advance"/> how many came.</summary>
    public Memory<byte> Free => _bytes.AsMemory(_count);

    public void Advance(int count) => _count += count;

    /// <summary>The next valid frame. False means that more bytes are needed, and then there is room for them.</summary>
    public bool TryTake([NotNullWhen(true)] out Sds011Frame? frame)
    {
        for (int at = 0; at < _count; at++)
        {
            ReadOnlySpan<byte> rest = _bytes.AsSpan(at, _count - at);
            if (rest[0] != Sds011Frame.Head)
            {
                Discarded++;
            }
            else if (rest.Length < Sds011Frame.Length)
            {
                Remove(at);
                frame = null;
                return false;
            }
            else if (Sds011Frame.IsKnown(rest[1]) && rest[9] == Sds011Frame.Tail && rest[8] == Sds011Frame.Checksum(rest[2..8]))
            {
                frame = new Sds011Frame(rest[1], rest[2..8].ToArray());
                Remove(at + Sds011Frame.Length);
                return true;
            }
            else
            {
                // Only this byte is dropped: a head inside the disturbed frame may begin a good one.
                Discarded++;
            }
        }

        _count = 0;
        frame = null;
        return false;
    }

    public void Clear() => (_count, Discarded) = (0, 0);

    private void Remove(int count)
    {
        _bytes.AsSpan(count, _count - count).CopyTo(_bytes);
        _count -= count;
    }
}
