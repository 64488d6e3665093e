using System.Security.Cryptography;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// Inputs, outputs and latest values of one bundle on their way: sealed to the one who is to read them (<see cref="Hpke"/>, one encapsulation for all,
/// which stands before the first), bound to site, sender, receiver, task and place, so that nobody in between can read them or put
/// one in another's place.
/// </summary>
internal sealed class SealedData(string site, NodeId sender, NodeId? receiver) : IDisposable
{
    private readonly byte[] _info = Encoding.UTF8.GetBytes($"edgedepin/1/{site}/data");
    private HpkeContext? _context;

    /// <param name="readerKey">The receiver's.</param>
    /// <param name="ephemeral">32 bytes, fresh for each bundle; the system's randomness by default.</param>
    /// <exception cref="ArgumentException">The message carries data and no reader's key is known.</exception>
    public ReadOnlyMemory<byte> Seal(Message message, byte[]? readerKey, Func<byte[]>? ephemeral)
    {
        (string purpose, TaskId task, ReadOnlyMemory<byte> data) = Of(message);
        bool first = _context is null;
        _context ??= Hpke.Begin(
            readerKey ?? throw new ArgumentException($"No key of {receiver} is known to seal to.", nameof(readerKey)),
            ephemeral?.Invoke() ?? RandomNumberGenerator.GetBytes(NodeIdentity.KeyLength), _info);
        byte[] text = _context.Seal(Bound(purpose, task), data.Span);
        return first ? (byte[])[.. _context.Encapsulated, .. text] : text;
    }

    /// <summary>The message with its data in the clear; null where it was not sealed to this reader, or not in this place.</summary>
    public Message? Open(Message message, HpkeKey reader)
    {
        if (message is not (Message.Input or Message.Receipt or Message.Latest))
        {
            return message;
        }

        (string purpose, TaskId task, ReadOnlyMemory<byte> data) = Of(message);
        if (_context is null)
        {
            if (data.Length < Hpke.KeyLength || (_context = Hpke.Accept(reader, data.Span[..Hpke.KeyLength], _info)) is null)
            {
                return null;
            }

            data = data[Hpke.KeyLength..];
        }

        return _context.Open(Bound(purpose, task), data.Span) is not { } text ? null
            : message is Message.Receipt receipt ? receipt with { Output = text }
            : message is Message.Latest ? new Message.Latest(text)
            : new Message.Input(task, text);
    }

    public void Dispose() => _context?.Dispose();

    private static (string Purpose, TaskId Task, ReadOnlyMemory<byte> Data) Of(Message message) => message switch
    {
        Message.Input input => ("input", input.Task, input.Data),
        Message.Receipt receipt => ("output", receipt.Task, receipt.Output),
        Message.Latest latest => ("latest", default, latest.Data),
        _ => throw new ArgumentException($"{message.GetType().Name} carries no data.", nameof(message)),
    };

    private byte[] Bound(string purpose, TaskId task) => Encoding.ASCII.GetBytes($"{purpose} {sender}>{receiver} {task}");
}
