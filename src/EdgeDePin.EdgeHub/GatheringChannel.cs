using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;
using MQTTnet.Protocol;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// A channel that writes in one piece what is ready at one time: packets that follow each other closely share a TLS record, a system call
/// and a wake-up of the other end. Nothing waits for more to come: a packet leaves as soon as a thread is free for it. Only messages and
/// their acknowledgements are gathered; of any other packet, and when much waits, the writer hears when it has left.
/// </summary>
/// <param name="limit">What a packet that comes in may have at most; null: the other end is trusted.</param>
internal sealed class GatheringChannel(IMqttChannel channel, PacketLimit? limit = null) : IMqttChannel, IThreadPoolWorkItem
{
    /// <summary>Bytes that may wait before their writer has to, so that a slow receiver is felt.</summary>
    private const int MaxWaiting = 64 * 1024;

    /// <summary>A buffer that a large message made longer than this is given back.</summary>
    private const int MaxKept = 2 * MaxWaiting;

    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _waiting = new();
    private ArrayBufferWriter<byte> _leaving = new();
    private TaskCompletionSource? _left;
    private Exception? _failure;
    private bool _isBusy;

    public X509Certificate2 ClientCertificate => channel.ClientCertificate;

    public EndPoint RemoteEndPoint => channel.RemoteEndPoint;

    public EndPoint LocalEndPoint => channel.LocalEndPoint;

    public bool IsSecureConnection => channel.IsSecureConnection;

    public Task ConnectAsync(CancellationToken cancellationToken) => channel.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => channel.DisconnectAsync(cancellationToken);

    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read = await channel.ReadAsync(buffer, offset, count, cancellationToken);
        limit?.Follow(buffer.AsSpan(offset, read));
        return read;
    }

    /// <param name="packet">A whole packet.</param>
    public Task WriteAsync(ReadOnlySequence<byte> packet, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        Task? left = null;
        bool begins;
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                return Task.FromException(failure);
            }

            foreach (ReadOnlyMemory<byte> part in packet)
            {
                _waiting.Write(part.Span);
            }

            if (!MayWait(packet) || _waiting.WrittenCount > MaxWaiting)
            {
                left = (_left ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            (begins, _isBusy) = (!_isBusy, true);
        }

        if (begins)
        {
            // Behind what the pool has to do already: that is where the next packets come from.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return left?.WaitAsync(cancellationToken) ?? Task.CompletedTask;
    }

    public void Execute() => _ = LeaveAsync();

    public void Dispose()
    {
        Fail(new ObjectDisposedException(nameof(GatheringChannel)));
        channel.Dispose();
    }

    private static bool MayWait(ReadOnlySequence<byte> packet) =>
        (MqttControlPacketType)(packet.FirstSpan[0] >> 4) is MqttControlPacketType.Publish or MqttControlPacketType.PubAck;

    private async Task LeaveAsync()
    {
        while (true)
        {
            TaskCompletionSource? left;
            lock (_gate)
            {
                if (_waiting.WrittenCount == 0 || _failure is not null)
                {
                    _isBusy = false;
                    return;
                }

                (_waiting, _leaving, left, _left) = (_leaving, _waiting, _left, null);
            }

            try
            {
                await channel.WriteAsync(new ReadOnlySequence<byte>(_leaving.WrittenMemory), true, CancellationToken.None);
            }
            catch (Exception error)
            {
                // Sockets and TLS have many exceptions for a connection that failed. Whoever reads from it must hear of it too.
                left?.TrySetException(error);
                Fail(error);
                channel.Dispose();
                return;
            }

            left?.TrySetResult();
            if (_leaving.Capacity > MaxKept)
            {
                _leaving = new ArrayBufferWriter<byte>();
            }
            else
            {
                _leaving.ResetWrittenCount();
            }
        }
    }

    private void Fail(Exception error)
    {
        lock (_gate)
        {
            _failure ??= error;
            _left?.TrySetException(_failure);
            _left = null;
        }
    }
}
