namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// Which sequence numbers of one sender have been seen: a sliding window below the highest, as in RFC 4303 section 3.4.3, so
/// that messages may overtake each other but none counts twice.
/// </summary>
public sealed class ReplayWindow
{
    /// <summary>How far a message may be overtaken: ten seconds of a sender that speaks a hundred times a second, in 128 bytes.</summary>
    public const int Size = 1024;

    private readonly ulong[] _seen = new ulong[Size / 64];
    private ulong _highest;

    /// <summary>True where the number is fresh; then it is marked as seen.</summary>
    public bool TryAdmit(ulong sequence)
    {
        if (!IsFresh(sequence))
        {
            return false;
        }

        if (sequence > _highest)
        {
            Slide(sequence);
        }

        _seen[sequence / 64 % (Size / 64)] |= 1UL << (int)(sequence % 64);
        return true;
    }

    public bool IsFresh(ulong sequence) =>
        sequence > _highest
        || (_highest - sequence < Size && (_seen[sequence / 64 % (Size / 64)] & (1UL << (int)(sequence % 64))) == 0);

    private void Slide(ulong highest)
    {
        if (highest - _highest >= Size)
        {
            Array.Clear(_seen);
        }
        else
        {
            // Counted by steps: a number that runs up to the largest of all would never pass it.
            for (ulong step = highest - _highest; step > 0; step--)
            {
                ulong number = _highest + step;
                _seen[number / 64 % (Size / 64)] &= ~(1UL << (int)(number % 64));
            }
        }

        _highest = highest;
    }
}
