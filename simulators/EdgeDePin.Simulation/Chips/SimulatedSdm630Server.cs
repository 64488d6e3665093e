using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SDM630 behind a Modbus TCP gateway, on a free port of the loopback interface.</summary>
public sealed class SimulatedSdm630Server : IAsyncDisposable
{
    private const int MostPdu = 253;

    private readonly SimulatedSdm630 _meter;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public SimulatedSdm630Server(SimulatedSdm630 meter)
    {
        _meter = meter;
        _listener.Start(backlog: 4);
        _serving = ServeAsync(_stop.Token);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Changes what goes back on the wire; for tests of disturbed answers.</summary>
    public Func<byte[], byte[]> Disturb { get; set; } = answer => answer;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    // One client after the other: a gateway of this kind serves one master.
    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(cancellationToken);
                await ServeAsync(client.GetStream(), cancellationToken);
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // The client has left, or we are asked to stop; the loop's condition knows which.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] header = new byte[ModbusTcpLink.HeaderLength];
        while (true)
        {
            await stream.ReadExactlyAsync(header, cancellationToken);
            int length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4)) - 1;
            if (length is < 1 or > MostPdu)
            {
                return;
            }

            byte[] question = new byte[length];
            await stream.ReadExactlyAsync(question, cancellationToken);
            byte[] pdu = _meter.Answer(question);
            byte[] answer = [.. header, .. pdu];
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(4), (ushort)(pdu.Length + 1));
            await stream.WriteAsync(Disturb(answer), cancellationToken);
        }
    }
}
