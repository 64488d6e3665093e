namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Delivers one batch from left to right, and reports how far it came. What the server does not take is halved until the
/// single point is found, which goes to the quarantine with the server's words.
/// </summary>
internal sealed class BatchSender(
    Store store, ForwarderOptions options, InfluxClient client, AdaptiveBatch size, Func<long, IEnumerable<Point>> pointsAfter, TimeProvider time)
{
    /// <summary>So many 500s in a row for the same batch make the batch the suspect. InfluxDB 1.6 fails on some names for ever.</summary>
    private const int PatienceWithServerErrors = 5;

    /// <summary>So many points may be tried to learn whether the server fails on one point or on all.</summary>
    private const int Witnesses = 8;

    private int _serverErrors;
    private bool _databaseTried;
    private IReadOnlyList<StoredPoint> _whole = [];
    private PreparedBody? _prepared;
    private Underway? _begun;

    public long Quarantined { get; private set; }

    /// <summary>The server's words about the point that it refused last.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Sends a slice before its turn; <see cref="SendAsync"/> is told of it when that has come.</summary>
    public Underway Begin(Slice slice, CancellationToken cancellationToken) =>
        new(slice, time.GetTimestamp(), AnswerAsync(slice, cancellationToken));

    /// <param name="prepared">All of the batch as a body; null makes one here.</param>
    /// <param name="begun">The request with all of the batch, where that is under way already.</param>
    /// <param name="delivered">Called after each part: its last sequence and its number of points, 0 for a quarantined one.</param>
    /// <returns>Delivered when nothing of the batch is left.</returns>
    public async Task<Delivery> SendAsync(
        IReadOnlyList<StoredPoint> batch, PreparedBody? prepared, Underway? begun, Action<long, int> delivered, CancellationToken cancellationToken)
    {
        (_whole, _prepared, _begun) = (batch, prepared, begun);
        Delivery delivery = await PartAsync(batch, delivered, cancellationToken);
        switch (delivery)
        {
            case Delivery.Delivered:
                (_serverErrors, _databaseTried) = (0, false);
                break;
            case Delivery.Failed failed:
                _serverErrors = failed.MaybePoison ? _serverErrors + 1 : 0;
                if (failed.Overload)
                {
                    size.Overloaded();
                }

                break;
        }

        return delivery;
    }

    private async Task<Delivery> PartAsync(
        IReadOnlyList<StoredPoint> batch, Action<long, int> delivered, CancellationToken cancellationToken)
    {
        Delivery delivery = await WriteAsync(batch, cancellationToken);
        switch (delivery)
        {
            case Delivery.Delivered:
                delivered(batch[^1].Sequence, batch.Count);
                return delivery;
            case Delivery.Poisoned poisoned when batch.Count == 1:
                return SetAside(batch[0], poisoned.Reason, delivered);
            case Delivery.TooLarge tooLarge when batch.Count == 1:
                return SetAside(batch[0], tooLarge.Reason, delivered);
            case Delivery.TooLarge:
                size.TooLarge(batch.Count);
                return await HalvesAsync(batch, delivered, cancellationToken);
            case Delivery.Poisoned:
                return await HalvesAsync(batch, delivered, cancellationToken);
            case Delivery.Failed { MaybePoison: true } failed when _serverErrors >= PatienceWithServerErrors:
                return await SuspectAsync(batch, failed, delivered, cancellationToken);
            default:
                return delivery;
        }
    }

    private async Task<Delivery> HalvesAsync(
        IReadOnlyList<StoredPoint> batch, Action<long, int> delivered, CancellationToken cancellationToken)
    {
        int half = batch.Count / 2;
        Delivery left = await PartAsync([.. batch.Take(half)], delivered, cancellationToken);
        return left is Delivery.Delivered ? await PartAsync([.. batch.Skip(half)], delivered, cancellationToken) : left;
    }

    private async Task<Delivery> WriteAsync(IReadOnlyList<StoredPoint> batch, CancellationToken cancellationToken)
    {
        bool isWhole = ReferenceEquals(batch, _whole);
        PreparedBody? prepared = isWhole ? _prepared : null;
        long began = time.GetTimestamp();
        Delivery? answer = null;
        if (isWhole && _begun is { } begun)
        {
            (began, answer) = (begun.Began, await begun.Answer);
        }

        Delivery delivery = answer ?? await client.WriteAsync(batch.Select(stored => stored.Point), prepared, cancellationToken);
        if (delivery is Delivery.NoDatabase && !_databaseTried)
        {
            Delivery created = await client.CreateDatabaseAsync(cancellationToken);
            // Where nobody answered, it is tried again; where somebody refused, once is enough.
            _databaseTried = created is not Delivery.Failed;
            delivery = created switch
            {
                Delivery.Delivered => await client.WriteAsync(batch.Select(stored => stored.Point), prepared, cancellationToken),
                Delivery.Failed => created,
                _ => delivery,
            };
        }

        if (delivery is Delivery.Delivered)
        {
            size.Took(batch.Count, time.GetElapsedTime(began));
        }

        return delivery;
    }

    private async Task<Delivery?> AnswerAsync(Slice slice, CancellationToken cancellationToken)
    {
        try
        {
            return await client.WriteAsync(slice.Points.Select(stored => stored.Point), slice.Body, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    // A server that fails on everything is ill, and its illness must not empty the store into the quarantine: a single point
    // is set aside only when the server takes one of those behind it.
    private async Task<Delivery> SuspectAsync(
        IReadOnlyList<StoredPoint> batch, Delivery.Failed failed, Action<long, int> delivered, CancellationToken cancellationToken)
    {
        if (batch.Count > 1)
        {
            return await HalvesAsync(batch, delivered, cancellationToken);
        }

        IEnumerable<Point> behind = _whole.SkipWhile(stored => stored.Point != batch[0].Point).Skip(1).Select(stored => stored.Point);
        foreach (Point witness in behind.Concat(pointsAfter(_whole[^1].Sequence)).Take(Witnesses))
        {
            if (await client.WriteAsync([witness], null, cancellationToken) is Delivery.Delivered)
            {
                return SetAside(batch[0], failed.Reason, delivered);
            }
        }

        return failed;
    }

    private Delivery.Delivered SetAside(StoredPoint stored, string reason, Action<long, int> delivered)
    {
        store.Quarantine(stored.Point, options.Name, reason);
        Quarantined++;
        LastRefusal = reason;
        delivered(stored.Sequence, 0);
        return new Delivery.Delivered();
    }
}
