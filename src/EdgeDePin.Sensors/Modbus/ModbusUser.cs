namespace EdgeDePin.Sensors.Modbus;

/// <summary>One of several users of a line. Disposing it leaves the line to the others.</summary>
internal sealed class ModbusUser(SharedModbusLink line) : IModbusLink
{
    private bool _left;

    public ValueTask<Answer<ushort[]>> AskAsync(ModbusRequest asked, CancellationToken cancellationToken) =>
        line.AskAsync(asked, cancellationToken);

    public void Dispose()
    {
        if (!_left)
        {
            _left = true;
            line.Leave();
        }
    }
}
