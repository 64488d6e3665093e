using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Ads1115;

/// <summary>One conversion of one input, for the drivers of what is wired to it.</summary>
internal sealed class Ads1115Converter(I2cDevice device, ReusableDelay delay)
{
    // 128 samples per second, and 10 % for the oscillator (section 6.5).
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(8.7);
    private const int MostPolls = 4;
    private const ushort Idle = 0x8000;

    /// <summary>The last code that <see cref="ConvertAsync"/> fetched.</summary>
    public short Code { get; private set; }

    /// <param name="channel">0 to 3, against ground.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SensorFault?> ConvertAsync(int channel, CancellationToken cancellationToken)
    {
        device.WriteBigEndian((byte)Ads1115Register.Configuration, Ads1115Conversion.Start(channel));
        for (int poll = 0; poll < MostPolls; poll++)
        {
            await delay.WaitAsync(Conversion, cancellationToken);
            ushort seen = device.ReadBigEndian((byte)Ads1115Register.Configuration);
            if ((seen & ~Idle) != Ads1115Conversion.Settings(channel))
            {
                return new SensorFault(
                    FaultKind.NotReady, $"the configuration reads 0x{seen:X4}, set was 0x{Ads1115Conversion.Start(channel):X4}",
                    seen == Ads1115Conversion.PowerOn ? "Check the supply voltage: the chip has restarted." : "Check the address: another chip may answer there.");
            }

            if ((seen & Idle) != 0)
            {
                Code = (short)device.ReadBigEndian((byte)Ads1115Register.Conversion);
                return null;
            }
        }

        return new SensorFault(FaultKind.NotReady, "no end of a conversion within 35 ms", "Check the supply voltage of the chip.");
    }
}
