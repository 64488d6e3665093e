using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace EdgeDePin.EndToEnd.Network;

/// <summary>
/// A long way to a broker: what passes arrives later, in either direction; and of the messages that the broker sends some come twice, marked as
/// MQTT marks what is sent again, and some before the one ahead of them.
/// </summary>
internal sealed class LateProxy : IAsyncDisposable
{
    private const int MaxUnderway = 10_000;
    private const int Publish = 3;
    private const int OfTwenty = 20;

    private readonly string _namespace;
    private readonly IPEndPoint _broker;
    private readonly TimeSpan _delay;
    private readonly Random _random;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private int _twice;
    private int _swapped;

    /// <param name="name">Namespace in which it listens and the broker is.</param>
    public LateProxy(string name, IPEndPoint at, IPEndPoint broker, TimeSpan delay, Random random)
    {
        (_namespace, _broker, _delay, _random) = (name, broker, delay, random);
        _listener = NetworkNamespace.Open(name, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(at);
            socket.Listen();
            return socket;
        });
        _accepting = AcceptAsync();
    }

    /// <summary>Messages that were sent twice.</summary>
    public int Twice => Volatile.Read(ref _twice);

    /// <summary>Messages that overtook another one.</summary>
    public int Swapped => Volatile.Read(ref _swapped);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptAsync(_ending.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using Socket near = client, far = NetworkNamespace.Open(_namespace, () =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Connect(_broker);
                return socket;
            });
            near.NoDelay = true;
            var frames = new List<byte>();
            // Where one direction ends the connection does.
            await Task.WhenAny(PassAsync(near, far, bytes => bytes.ToArray()), PassAsync(far, near, bytes => Shaken(frames, bytes)));
        }
        catch (SocketException)
        {
            // The broker is away: the client finds its connection closed, as it would without a proxy.
        }
    }

    private async Task PassAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, byte[]> through)
    {
        var underway = Channel.CreateBounded<(long Since, byte[] Bytes)>(MaxUnderway);
        Task sending = SendAsync(to, underway.Reader);
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, _ending.Token)) > 0)
            {
                await underway.Writer.WriteAsync((Stopwatch.GetTimestamp(), through(buffer.AsMemory(0, count))), _ending.Token);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A broken connection ends like a closed one.
        }

        underway.Writer.Complete();
        await sending;
    }

    private async Task SendAsync(Socket to, ChannelReader<(long Since, byte[] Bytes)> underway)
    {
        try
        {
            await foreach ((long since, byte[] bytes) in underway.ReadAllAsync(_ending.Token))
            {
                if (_delay - Stopwatch.GetElapsedTime(since) is { Ticks: > 0 } rest)
                {
                    await Task.Delay(rest, _ending.Token);
                }

                for (int sent = 0; sent < bytes.Length;)
                {
                    sent += await to.SendAsync(bytes.AsMemory(sent), _ending.Token);
                }
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody is there any more to send it to.
        }
    }

    // Whole packets only; what is left of one waits for its rest. (MQTT 3.1.1, 2.2: one byte of kind and flags, one to four of length.)
    private byte[] Shaken(List<byte> waiting, ReadOnlyMemory<byte> bytes)
    {
        waiting.AddRange(bytes.Span);
        var packets = new List<byte[]>();
        while (Whole(waiting) is { } length)
        {
            packets.Add([.. waiting[..length]]);
            waiting.RemoveRange(0, length);
        }

        lock (_random)
        {
            for (int at = 0; at + 1 < packets.Count; at++)
            {
                if (IsAcknowledged(packets[at]) && IsAcknowledged(packets[at + 1]) && _random.Next(OfTwenty) == 0)
                {
                    (packets[at], packets[at + 1]) = (packets[at + 1], packets[at]);
                    Interlocked.Increment(ref _swapped);
                }
            }

            return [.. packets.SelectMany(packet =>
            {
                if (!IsAcknowledged(packet) || _random.Next(OfTwenty) != 0)
                {
                    return packet;
                }

                Interlocked.Increment(ref _twice);
                byte[] again = [.. packet];
                again[0] |= 0x08;
                return packet.Concat(again);
            })];
        }
    }

    // A message of quality of service 1 may come twice, and applications must bear it.
    private static bool IsAcknowledged(byte[] packet) => packet[0] >> 4 == Publish && (packet[0] >> 1 & 3) == 1;

    private static int? Whole(List<byte> bytes)
    {
        int length = 0;
        for (int at = 1; at <= 4 && at < bytes.Count; at++)
        {
            length |= (bytes[at] & 0x7F) << (7 * (at - 1));
            if (bytes[at] < 0x80)
            {
                return bytes.Count > at + length ? at + 1 + length : null;
            }
        }

        return null;
    }
}
