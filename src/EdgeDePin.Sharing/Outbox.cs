using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>
/// Gathers what goes to each neighbour into bundles of at most 64 messages and 128 KiB of data: one signature and one
/// acknowledgement of the broker for all of them.
/// </summary>
/// <param name="most">Messages of one bundle, at most.</param>
public sealed class Outbox(int most = Envelope.MaxMessages)
{
    private readonly Dictionary<NodeId, List<Message>> _waiting = [];

    public void Add(NodeId receiver, Message message)
    {
        if (!_waiting.TryGetValue(receiver, out List<Message>? messages))
        {
            _waiting.Add(receiver, messages = []);
        }

        // A voucher says all that those before it said.
        if (message is Message.Pay && messages.FindIndex(earlier => earlier is Message.Pay) is >= 0 and var at)
        {
            messages.RemoveAt(at);
        }

        messages.Add(message);
    }

    /// <summary>What waits, in its order, and nothing waits any more.</summary>
    public IReadOnlyList<(NodeId Receiver, IReadOnlyList<Message> Messages)> Take()
    {
        var bundles = new List<(NodeId, IReadOnlyList<Message>)>();
        foreach ((NodeId receiver, List<Message> messages) in _waiting)
        {
            var bundle = new List<Message>();
            int data = 0;
            foreach (Message message in messages)
            {
                int length = LengthOf(message);
                if (bundle.Count > 0 && (bundle.Count >= most || data + length > Message.MaxData))
                {
                    bundles.Add((receiver, bundle));
                    (bundle, data) = ([], 0);
                }

                bundle.Add(message);
                data += length;
            }

            bundles.Add((receiver, bundle));
        }

        _waiting.Clear();
        return bundles;
    }

    private static int LengthOf(Message message) => message switch
    {
        Message.Input input => input.Data.Length,
        Message.Receipt receipt => receipt.Output.Length,
        Message.Latest latest => latest.Data.Length,
        // A note with its cosignatures and proof is as long as the frame allows for.
        Message.Checkpoint => 8 * 1024,
        _ => 0,
    };
}
