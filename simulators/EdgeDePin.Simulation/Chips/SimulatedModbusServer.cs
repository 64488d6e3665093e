using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EdgeDePin.Sensors.Modbus;
using EdgeDePin.Simulation.Buses;

namespace EdgeDePin.Simulation.Chips;

/// <summary>Modbus units behind a TCP gateway on the loopback interface. A question to a unit that is not there is exception 11.</summary>
public sealed class SimulatedModbusServer : IAsyncDisposable
{
    private const int MostPdu = 253;

    /// <summary>Modbus Messaging on TCP/IP asks for at least 16 connections.</summary>
    private const int MostClients = 16;

    private readonly IReadOnlyDictionary<byte, SimulatedModbusUnit> _units;
    private readonly TcpListener _listener;
    private readonly SemaphoreSlim _free = new(MostClients, MostClients);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public SimulatedModbusServer(SimulatedModbusUnit unit, byte number = 1)
        : this(new Dictionary<byte, SimulatedModbusUnit> { [number] = unit })
    {
    }

    /// <param name="units">By their numbers, 1 to 247.</param>
    /// <param name="port">0 takes any free one.</param>
    /// <exception cref="SocketException">The port is in use.</exception>
    public SimulatedModbusServer(IReadOnlyDictionary<byte, SimulatedModbusUnit> units, int port = 0, IPAddress? address = null)
    {
        _units = units;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start(backlog: 4);
        _serving = ServeAsync(_stop.Token);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Changes what goes back on the wire; for tests of disturbed answers.</summary>
    public Func<byte[], byte[]> Disturb { get; set; } = answer => answer;

    /// <summary>What a question to a unit meets: silence, or an answer that breaks off with the connection. Asked once for each.</summary>
    public Func<byte, BusFault> Fault { get; init; } = _ => BusFault.None;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
        _free.Dispose();
    }

    // Many devices answer to unit 255 and 0 too, being the only one behind their address.
    private byte[] Answer(byte unit, byte[] question) =>
        _units.TryGetValue(unit, out SimulatedModbusUnit? asked) ? asked.Answer(question)
        : _units.Count == 1 && unit is 0 or 255 ? _units.Values.First().Answer(question)
        : [(byte)(question[0] | 0x80), 11];

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                await _free.WaitAsync(cancellationToken);
                TcpClient client = await _listener.AcceptTcpClientAsync(cancellationToken);
                clients.RemoveAll(one => one.IsCompleted);
                clients.Add(ServeAsync(client, cancellationToken));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);   // we are asked to stop
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                await ServeAsync(client.GetStream(), cancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // The client has left, or we are asked to stop.
        }
        finally
        {
            _free.Release();
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
            byte[] pdu = Answer(header[6], question);
            byte[] answer = [.. header, .. pdu];
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(4), (ushort)(pdu.Length + 1));
            switch (Fault(header[6]))
            {
                case BusFault.NoAnswer:
                    continue;
                case BusFault.ShortFrame:
                    await stream.WriteAsync(answer.AsMemory(0, answer.Length / 2), cancellationToken);
                    return;
                default:
                    await stream.WriteAsync(Disturb(answer), cancellationToken);
                    break;
            }
        }
    }
}
