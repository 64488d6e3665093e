using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Verification;

/// <summary>What one worker's results have been worth to this node: checks passed and failed, and what still waits for checks.</summary>
internal sealed class TrustRecord
{
    private readonly HashSet<Digest> _strikes = [];
    private readonly List<Held> _held = [];
    private long _passedEver;

    /// <summary>Since the last that failed.</summary>
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public bool Banned { get; private set; }

    /// <summary>Results taken on trust that are not final.</summary>
    public int Waiting => _held.Count;

    /// <summary>Millicredits that the worker has not been paid yet.</summary>
    public long Unvested => _held.Sum(held => Vesting.Bill(held.Receipt.Fuel, held.Price));

    /// <param name="vesting">Checks that must pass before it is final.</param>
    public void Hold(Message.Receipt receipt, long price, int vesting) => _held.Add(new Held(receipt, price, _passedEver + vesting));

    /// <summary>A check passed.</summary>
    /// <returns>The results that are final now.</returns>
    public List<Held> Pass()
    {
        Passed++;
        _passedEver++;
        List<Held> vested = _held.FindAll(held => held.FinalAt <= _passedEver);
        _held.RemoveAll(held => held.FinalAt <= _passedEver);
        return vested;
    }

    /// <summary>
    /// A wrong result. The same input counts once, since what trips honest hardware once trips it again; but whoever is wrong
    /// twice as often as that is banned whatever the inputs were. Either way nothing that waited is believed any more.
    /// </summary>
    /// <returns>The results that are taken back.</returns>
    public List<Held> Strike(Digest input, int strikesToBan)
    {
        Failed++;
        Passed = 0;
        _strikes.Add(input);
        Banned = Banned || _strikes.Count >= strikesToBan || Failed >= 2 * strikesToBan;
        List<Held> taken = [.. _held];
        _held.Clear();
        return taken;
    }

    /// <summary>One result is final for another reason: it was paid.</summary>
    public void Release(TaskId task) => _held.RemoveAll(held => held.Receipt.Task == task);

    /// <param name="FinalAt">The number of checks passed ever at which it is final.</param>
    internal sealed record Held(Message.Receipt Receipt, long Price, long FinalAt);
}
