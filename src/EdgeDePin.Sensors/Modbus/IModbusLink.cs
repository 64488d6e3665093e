namespace EdgeDePin.Sensors.Modbus;

/// <summary>A way to ask Modbus units: a serial line (RTU) or a socket (TCP).</summary>
public interface IModbusLink : IDisposable
{
    /// <summary>The registers asked for, exactly as many, or those that were written; or why there are none.</summary>
    ValueTask<Answer<ushort[]>> AskAsync(ModbusRequest asked, CancellationToken cancellationToken);
}
