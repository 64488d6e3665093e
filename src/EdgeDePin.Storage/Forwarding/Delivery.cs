namespace EdgeDePin.Storage.Forwarding;

/// <summary>What came of sending a batch.</summary>
internal abstract record Delivery
{
    private Delivery()
    {
    }

    public sealed record Delivered : Delivery;

    /// <summary>Try again, after the server's wish where it has one.</summary>
    /// <param name="MaybePoison">The server itself failed on this batch (500): the batch may be the cause.</param>
    /// <param name="Overload">The server ran out of time or room: a smaller batch may pass.</param>
    public sealed record Failed(string Reason, TimeSpan? RetryAfter, bool MaybePoison, bool Overload = false) : Delivery;

    /// <summary>The server has no such database.</summary>
    public sealed record NoDatabase(string Reason) : Delivery;

    /// <summary>Credentials or rights are missing.</summary>
    public sealed record Refused(string Reason) : Delivery;

    /// <summary>Something in the batch is not acceptable, now or ever.</summary>
    public sealed record Poisoned(string Reason) : Delivery;

    /// <summary>The batch has too many bytes.</summary>
    public sealed record TooLarge(string Reason) : Delivery;
}
