using System.Device.I2c;

namespace EdgeDePin.Sensors.Buses;

/// <summary>A device whose transfers run on the lane of its bus.</summary>
internal sealed class LaneI2cDevice(I2cDevice device, I2cLane lane) : I2cDevice
{
    private I2cTransfer _transfer = new(device);

    public override I2cConnectionSettings ConnectionSettings => device.ConnectionSettings;

    public override void Read(Span<byte> buffer) => Run([], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => Run(buffer, []);

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Run(writeBuffer, readBuffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing && _transfer.IsOver)
        {
            device.Dispose();   // one that hangs cannot be closed: that would wait for the transfer
        }

        base.Dispose(disposing);
    }

    private void Run(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (!_transfer.IsOver)
        {
            _transfer = new I2cTransfer(device);
        }

        _transfer.Prepare(write, read.Length);
        lane.Run(_transfer);
        _transfer.Take(read);
    }
}
