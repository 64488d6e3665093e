using System.Buffers;
using System.Net;
using EdgeDePin.EdgeHub;
using MQTTnet.Implementations;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>Packets that are ready together leave together, in their order; what must have left is waited for.</summary>
public sealed class GatheringChannelTests : IDisposable
{
    private const int Limit = 10_000;
    private const byte Publish = 0x32;
    private const byte PubAck = 0x40;
    private const byte Subscribe = 0x82;

    private readonly SlowStream _stream = new();
    private readonly GatheringChannel _channel;

    public GatheringChannelTests()
    {
        var nowhere = new IPEndPoint(IPAddress.Loopback, 0);
        _channel = new GatheringChannel(new MqttTcpChannel(_stream, nowhere, nowhere, clientCertificate: null));
    }

    public void Dispose()
    {
        _channel.Dispose();
        _stream.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task What_comes_while_a_packet_leaves_goes_in_one_piece_and_in_order()
    {
        await WriteAsync(Publish, 1);
        await _stream.Entered.WaitAsync(Site.Token);
        for (byte i = 2; i < 100; i++)
        {
            await WriteAsync(i % 3 == 0 ? PubAck : Publish, i);
        }

        _stream.Gate.Release(2);
        await _stream.Entered.WaitAsync(Site.Token);
        await Site.UntilAsync(() => _stream.Written.Length == 2 * 99);
        Assert.Equal([2, 2 * 98], _stream.Pieces);
        Assert.Equal(Enumerable.Range(1, 99), _stream.Written.Where((_, at) => at % 2 == 1).Select(one => (int)one));
    }

    [Fact(Timeout = Limit)]
    public async Task A_packet_that_is_no_message_has_left_when_its_writer_goes_on()
    {
        await WriteAsync(Publish, 1);
        Task subscribing = WriteAsync(Subscribe, 2);
        await _stream.Entered.WaitAsync(Site.Token);
        Assert.False(subscribing.IsCompleted);
        _stream.Gate.Release(2);
        await subscribing;
        Assert.Equal([Publish, 1, Subscribe, 2], _stream.Written);
    }

    [Fact(Timeout = Limit)]
    public async Task A_writer_waits_when_much_does()
    {
        await WriteAsync(Publish, 1);
        await _stream.Entered.WaitAsync(Site.Token);
        Task small = _channel.WriteAsync(new ReadOnlySequence<byte>([Publish, .. new byte[60_000]]), true, Site.Token);
        Task large = _channel.WriteAsync(new ReadOnlySequence<byte>([Publish, .. new byte[60_000]]), true, Site.Token);
        Assert.Equal((true, false), (small.IsCompleted, large.IsCompleted));
        _stream.Gate.Release(2);
        await large;
        Assert.Equal(2 + 120_002, _stream.Written.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_fails_is_told_to_every_later_writer_and_closed()
    {
        _stream.Failure = new IOException("the cable");
        _stream.Gate.Release(1);
        await WriteAsync(Publish, 1);
        await Site.UntilAsync(() => _stream.IsClosed);
        Assert.Equal("the cable", (await Assert.ThrowsAsync<IOException>(() => WriteAsync(Publish, 2))).Message);
        Assert.Equal("the cable", (await Assert.ThrowsAsync<IOException>(() => WriteAsync(Subscribe, 3))).Message);
    }

    [Fact(Timeout = Limit)]
    public async Task Who_waits_for_a_connection_that_is_closed_waits_no_longer()
    {
        Task subscribing = WriteAsync(Subscribe, 1);
        await _stream.Entered.WaitAsync(Site.Token);
        Task again = WriteAsync(Subscribe, 2);
        _channel.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => again);
        _stream.Gate.Release(1);
        await subscribing;
    }

    private Task WriteAsync(byte kind, byte number) => _channel.WriteAsync(new ReadOnlySequence<byte>([kind, number]), true, Site.Token);

    /// <summary>Takes a write when the gate opens, and remembers in which pieces the bytes came.</summary>
    private sealed class SlowStream : MemoryStream
    {
        private readonly Lock _gate = new();
        private readonly List<byte> _written = [];

        public SemaphoreSlim Gate { get; } = new(0);

        public SemaphoreSlim Entered { get; } = new(0);

        public List<int> Pieces { get; } = [];

        public IOException? Failure { get; set; }

        public bool IsClosed { get; private set; }

        public byte[] Written
        {
            get
            {
                lock (_gate)
                {
                    return [.. _written];
                }
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Entered.Release();
            await Gate.WaitAsync(cancellationToken);
            if (Failure is not null)
            {
                throw Failure;
            }

            lock (_gate)
            {
                Pieces.Add(buffer.Length);
                _written.AddRange(buffer.Span);
            }
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
