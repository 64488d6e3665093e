namespace EdgeDePin.Storage.Batches;

/// <summary>
/// What the writer found out about a part of a batch, kept for the next time that the batch is filled. It holds as long as
/// the identity of the catalogue or measurement in which it was found.
/// </summary>
internal sealed class Known<T>
    where T : class
{
    private object? _within;
    private T? _found;

    public T? Within(object? within) => within is not null && ReferenceEquals(within, _within) ? _found : null;

    public T Remember(object within, T found)
    {
        (_within, _found) = (within, found);
        return found;
    }
}
