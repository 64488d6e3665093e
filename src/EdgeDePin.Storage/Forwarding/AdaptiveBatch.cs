namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// How many points the next request carries: as many as the server takes in about a second, so that neither lane keeps the
/// other waiting for long, and never as many as it has refused for their size.
/// </summary>
internal sealed class AdaptiveBatch
{
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(1);

    private int _ceiling;

    public AdaptiveBatch(int most) => (_ceiling, Size) = (most, most);

    public int Size { get; private set; }

    public void Took(int points, TimeSpan time)
    {
        if (time > Goal)
        {
            Size = Math.Max(1, Math.Min(Size, points) / 2);
        }
        else if (time < Goal / 2 && points >= Size)
        {
            Size = Math.Min(_ceiling, Size * 2);
        }
    }

    /// <summary>The server refused so many points for their size (413).</summary>
    public void TooLarge(int points)
    {
        _ceiling = Math.Max(1, points / 2);
        Size = Math.Min(Size, _ceiling);
    }

    /// <summary>The server ran out of time or room: it may manage half.</summary>
    public void Overloaded() => Size = Math.Max(1, Size / 2);
}
