namespace EdgeDePin.Storage.Segments;

/// <summary>Something that was in the store and is not any more.</summary>
/// <param name="FirstSequence">The first that is missing.</param>
/// <param name="LastSequence">The last that is missing; one less than the first where the end of the log is cut and nobody can know.</param>
/// <param name="Bytes">Damaged bytes, kept in the folder <c>damaged</c>; 0 where they are simply not there.</param>
internal sealed record Gap(long FirstSequence, long LastSequence, string File, long Bytes, string Reason)
{
    public const string Measurement = "storage_gap";
    public const string First = "first_sequence";
    public const string Last = "last_sequence";

    /// <summary>Whether rows that were written before speak of all of it.</summary>
    /// <param name="known">First and last sequences, in ascending order.</param>
    public bool IsWithin(IEnumerable<(long First, long Last)> known)
    {
        long next = FirstSequence;
        foreach ((long first, long last) in known)
        {
            next = first <= next ? Math.Max(next, last + 1) : next;
        }

        return FirstSequence <= LastSequence && next > LastSequence;
    }

    /// <summary>The gap as a row that is stored and forwarded like data, so that a dashboard shows a hole and not silence.</summary>
    public Point At(long instant, long epoch) => new(
        Measurement,
        [new Tag("reason", Reason)],
        [
            new Field(First, FirstSequence), new Field(Last, LastSequence),
            new Field("bytes", Bytes), new Field("epoch", epoch), new Field("file", FieldValue.String(File)),
        ],
        instant);
}
