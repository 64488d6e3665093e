using System.Security.Cryptography;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// Inputs and outputs on their way: sealed to the one who is to read them (<see cref="Hpke"/>), bound to site, sender, receiver
/// and task, so that nobody in between can read them or put one in another's place.
/// </summary>
internal static class SealedData
{
    /// <param name="ephemeral">32 bytes, fresh for each text; the system's randomness by default.</param>
    /// <exception cref="ArgumentException">The message carries data and no reader's key is known.</exception>
    public static ReadOnlyMemory<byte> Seal(
        string site, NodeId sender, NodeId? receiver, Message message, byte[]? readerKey, Func<byte[]>? ephemeral)
    {
        (string purpose, TaskId task, ReadOnlyMemory<byte> data) = Of(message);
        return Hpke.Seal(
            readerKey ?? throw new ArgumentException($"No key of {receiver} is known to seal to.", nameof(readerKey)),
            ephemeral?.Invoke() ?? RandomNumberGenerator.GetBytes(NodeIdentity.KeyLength),
            Info(site, purpose), Context(sender, receiver, task), data.Span);
    }

    /// <summary>The message with its data in the clear; null where it was not sealed to this reader.</summary>
    public static Message? Open(string site, NodeId sender, NodeId? receiver, Message message, HpkeKey reader)
    {
        if (message is not (Message.Input or Message.Receipt))
        {
            return message;
        }

        (string purpose, TaskId task, ReadOnlyMemory<byte> data) = Of(message);
        return Hpke.Open(reader, Info(site, purpose), Context(sender, receiver, task), data.Span) is not { } text ? null
            : message is Message.Receipt receipt ? receipt with { Output = text }
            : new Message.Input(task, text);
    }

    private static (string Purpose, TaskId Task, ReadOnlyMemory<byte> Data) Of(Message message) => message switch
    {
        Message.Input input => ("input", input.Task, input.Data),
        Message.Receipt receipt => ("output", receipt.Task, receipt.Output),
        _ => throw new ArgumentException($"{message.GetType().Name} carries no data.", nameof(message)),
    };

    private static byte[] Info(string site, string purpose) => Encoding.UTF8.GetBytes($"edgedepin/1/{site}/{purpose}");

    private static byte[] Context(NodeId sender, NodeId? receiver, TaskId task) => Encoding.ASCII.GetBytes($"{sender}>{receiver} {task}");
}
