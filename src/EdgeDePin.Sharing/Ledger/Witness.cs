using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// Shows this node's log to neighbours, who cosign what follows from what they saw before, and does the same for theirs: a node
/// with two logs would need witnesses that share nobody honest. Pure; one thread.
/// </summary>
public sealed class Witness
{
    /// <summary>Neighbours that are asked to cosign a checkpoint.</summary>
    public const int Asked = 2;

    private readonly SharingOptions _options;
    private readonly NodeIdentity _identity;
    private readonly NodeLedger _ledger;
    private readonly NeighbourTable _neighbours;
    private readonly Dictionary<NodeId, (CheckpointNote Checkpoint, string Note)> _seen = [];
    private readonly Dictionary<NodeId, long> _shown = [];
    private readonly HashSet<NodeId> _awaited = [];
    private string? _note;
    private long _size;
    private TimeSpan _at;

    internal Witness(SharingOptions options, NodeIdentity identity, NodeLedger ledger, NeighbourTable neighbours) =>
        (_options, _identity, _ledger, _neighbours) = (options, identity, ledger, neighbours);

    /// <summary>This node's newest checkpoint with the cosignatures it got; null while its log is empty.</summary>
    public string? Note => _note;

    /// <summary>Cosignatures that this node got, and gave.</summary>
    public (long Got, long Given) Cosigned { get; private set; }

    /// <summary>The proofs against nodes with two logs.</summary>
    public IReadOnlyList<Equivocation> Proofs => _proofs;

    private readonly List<Equivocation> _proofs = [];

    internal IReadOnlyList<Step> Tick(Moment now)
    {
        if (_ledger.Tree.Size == _size || now.Running - _at < _options.CheckpointEvery)
        {
            return [];
        }

        (_size, _at) = (_ledger.Tree.Size, now.Running);
        _note = new CheckpointNote(_identity.NodeId, _size, _ledger.Tree.Root).Seal(_identity, _options.Site);
        NodeId[] asked = [.. _neighbours.All.Where(neighbour => neighbour.State(now.Running) == NeighbourState.Present)
            .OrderByDescending(neighbour => _shown.GetValueOrDefault(neighbour.Id)).ThenBy(neighbour => neighbour.Id).Take(Asked)
            .Select(neighbour => neighbour.Id)];
        _awaited.Clear();
        _awaited.UnionWith(asked);
        return [.. asked.Select(witness => Show(witness, _shown.GetValueOrDefault(witness)))];
    }

    internal IReadOnlyList<Step> Receive(NodeId from, Message message, Moment now) => message switch
    {
        Message.Checkpoint checkpoint => Look(from, checkpoint, now),
        Message.Cosignature cosignature => Take(from, cosignature),
        _ => [],
    };

    private Step.Send Show(NodeId witness, long from) => new(
        witness, new Message.Checkpoint(_note!.Length <= MessageReader.MaxNote ? _note : Bare(), from, _ledger.Tree.Consistency(from, _size)));

    private string Bare() => new CheckpointNote(_identity.NodeId, _size, _ledger.Tree.RootOf(_size)).Seal(_identity, _options.Site);

    private IReadOnlyList<Step> Look(NodeId from, Message.Checkpoint message, Moment now)
    {
        if (_neighbours.Find(from) is not { PublicKey.Length: > 0 } neighbour
            || CheckpointNote.Open(message.Note, _options.Site, from, neighbour.PublicKey, _identity.Scheme) is not { } shown)
        {
            return [];
        }

        (CheckpointNote Checkpoint, string Note) last = _seen.GetValueOrDefault(from, (new CheckpointNote(from, 0, Digest.Of([])), ""));
        if (shown.Size == last.Checkpoint.Size && shown.Root != last.Checkpoint.Root)
        {
            neighbour.Excluded = $"{from} signed two logs of {shown.Size} entries";
            if (_proofs.Count < 64)
            {
                _proofs.Add(new Equivocation(from, last.Note, message.Note));
            }

            return [];
        }

        if (shown.Size < last.Checkpoint.Size)
        {
            return [new Step.Send(from, new Message.Cosignature(last.Checkpoint.Size, ""))];
        }

        if (message.FromSize != last.Checkpoint.Size
            || !MerkleTree.Follows(last.Checkpoint.Size, last.Checkpoint.Root, shown.Size, shown.Root, message.Proof))
        {
            // It proves from another size, or not at all: say what we know, and sign nothing.
            return message.FromSize == last.Checkpoint.Size ? [] : [new Step.Send(from, new Message.Cosignature(last.Checkpoint.Size, ""))];
        }

        _seen[from] = (shown, message.Note);
        Cosigned = (Cosigned.Got, Cosigned.Given + 1);
        string line = SignedNote.Cosign(message.Note, CheckpointNote.OriginOf(_options.Site, _identity.NodeId), _identity, now.Wall);
        return [new Step.Send(from, new Message.Cosignature(shown.Size, line))];
    }

    private IReadOnlyList<Step> Take(NodeId from, Message.Cosignature message)
    {
        if (_note is null || message.Size > _size || !_awaited.Contains(from))
        {
            return [];
        }

        if (message.Line.Length == 0)
        {
            // It knows another beginning than we thought; once more from there.
            bool again = _shown.GetValueOrDefault(from) != message.Size;
            _shown[from] = message.Size;
            return again ? [Show(from, message.Size)] : [];
        }

        string name = CheckpointNote.OriginOf(_options.Site, from);
        // One line and nothing beside it: whatever else came along would stand in a note that this node shows as its own.
        if (message.Size == _size && message.Line.StartsWith($"— {name} ", StringComparison.Ordinal)
            && message.Line.IndexOf('\n', StringComparison.Ordinal) == message.Line.Length - 1
            && _neighbours.Find(from) is { PublicKey.Length: > 0 } witness
            && SignedNote.CosignedBy($"{SignedNote.TextOf(_note)}\n{message.Line}", name, witness.PublicKey, _identity.Scheme) is not null)
        {
            _note += message.Line;
            _awaited.Remove(from);
            _shown[from] = message.Size;
            Cosigned = (Cosigned.Got + 1, Cosigned.Given);
        }

        return [];
    }
}
