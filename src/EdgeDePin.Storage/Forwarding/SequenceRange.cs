namespace EdgeDePin.Storage.Forwarding;

/// <summary>Points that a destination has although older ones still wait: the sequences in (After, Until].</summary>
/// <param name="Slot">Which of the destination's pairs of cursors keeps this range.</param>
internal readonly record struct SequenceRange(int Slot, long After, long Until)
{
    public bool IsEmpty => Until == After;
}
