using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Modbus;

/// <summary>Modbus RTU on a serial line (Modbus over Serial Line V1.02, section 2.5.1).</summary>
public sealed class ModbusRtuLink(StreamPort port) : IModbusLink
{
    /// <summary>How long a unit may take: 250 registers at 2400 bit/s are 1.1 s.</summary>
    private static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(1_500);

    private readonly byte[] _buffer = new byte[ModbusRtuFrame.Longest];
    private readonly TimeSpan _gap = Gap(port.Baud);
    private long _lastByte = long.MinValue;
    private int _count;

    /// <summary>The silence that divides frames: 3.5 characters of 11 bits, and 1.75 ms above 19200 bit/s.</summary>
    public static TimeSpan Gap(int baud) =>
        baud > 19_200 ? TimeSpan.FromMilliseconds(1.75) : TimeSpan.FromSeconds(3.5 * 11 / baud);

    public async ValueTask<Answer<ushort[]>> AskAsync(ModbusRequest asked, CancellationToken cancellationToken)
    {
        await SilenceAsync(cancellationToken);
        _count = 0;
        Answer<ushort[]> answer = await port.AskAsync<ushort[]>(
            MostPatience, (line, token) => ExchangeAsync(line, asked, token), cancellationToken);
        _lastByte = port.Time.GetTimestamp();
        return answer.Fault is { Kind: FaultKind.Timeout } silence && _count > 0
            ? silence with { Detail = $"{silence.Detail} ({_count} bytes came)" }
            : answer;
    }

    public void Dispose() => port.Dispose();

    private async ValueTask<Answer<ushort[]>> ExchangeAsync(Stream line, ModbusRequest asked, CancellationToken cancellationToken)
    {
        await line.WriteAsync(ModbusRtuFrame.Request(asked), cancellationToken);
        await FillAsync(line, ModbusRtuFrame.Shortest, cancellationToken);
        int length = ModbusRtuFrame.Length(_buffer.AsSpan(0, _count), asked);
        if (length == 0)
        {
            return ModbusPdu.Unexpected(_buffer.AsSpan(0, _count), asked);
        }

        await FillAsync(line, length, cancellationToken);
        return ModbusRtuFrame.Decode(_buffer.AsSpan(0, _count), asked);
    }

    private async ValueTask SilenceAsync(CancellationToken cancellationToken)
    {
        TimeSpan left = _lastByte == long.MinValue ? TimeSpan.Zero : _gap - port.Time.GetElapsedTime(_lastByte);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, port.Time, cancellationToken);
        }
    }

    private async ValueTask FillAsync(Stream line, int length, CancellationToken cancellationToken)
    {
        while (_count < length)
        {
            int count = await line.ReadAsync(_buffer.AsMemory(_count), cancellationToken);
            _count += count > 0 ? count : throw new EndOfStreamException("the line was closed");
        }
    }
}
