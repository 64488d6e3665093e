namespace EdgeDePin.Storage.Duck;

/// <summary>The newest value of a field of a series.</summary>
/// <param name="Instant">Its instant, ns since 1970.</param>
/// <param name="Sequence">Where it was stored: of two at one instant the later counts.</param>
internal readonly record struct LastValue(long Instant, long Sequence, FieldValue Value)
{
    public bool IsAfter(LastValue other) => Instant > other.Instant || (Instant == other.Instant && Sequence > other.Sequence);
}
