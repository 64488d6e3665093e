namespace EdgeDePin.Web.Live;

/// <summary>
/// How long an open page waits before it asks again. The page is a guest on the node: when answers get dearer (a slow
/// card, a big store), it asks more rarely, so that it never costs more than a fixed share of one core.
/// </summary>
internal sealed class Pace
{
    /// <summary>Of one core, over time. The limit for an idle open page is 2 %; the rest is for the connection, and for code that is compiled meanwhile.</summary>
    public const double Share = 0.005;

    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2.5);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Queue<TimeSpan> _costs = new(3);

    public TimeSpan Next { get; private set; } = Shortest;

    /// <summary>
    /// The median of the last three decides, so that the first call (code is compiled in it) or one pause of the
    /// collector does not put the page to sleep.
    /// </summary>
    public void Record(TimeSpan cost)
    {
        if (_costs.Count == 3)
        {
            _costs.Dequeue();
        }

        _costs.Enqueue(cost);
        if (_costs.Count == 3)
        {
            TimeSpan fair = _costs.Order().ElementAt(1) / Share;
            Next = fair < Shortest ? Shortest : fair > Longest ? Longest : fair;
        }
    }
}
