using System.Device.Gpio;

namespace EdgeDePin.Sensors.Buses;

/// <summary>
/// Frees an I2C bus on which a chip holds SDA low: up to nine clocks let it finish the byte in which it was interrupted, then
/// a stop condition ends the transfer (NXP UM10204, section 3.1.16).
/// </summary>
/// <param name="scl">GPIO that is wired to SCL; it may be another pin than the controller's, beside it.</param>
/// <param name="sda">GPIO that is wired to SDA.</param>
public sealed class I2cBusClocking(GpioController gpio, int scl, int sda)
{
    private const int MostClocks = 9;

    /// <summary>How many clocks the last recovery took.</summary>
    public int Clocks { get; private set; }

    /// <summary>Does nothing where SDA is high: clocks would only disturb who uses the bus.</summary>
    /// <returns>True if SDA was held and is free now.</returns>
    public bool TryFree()
    {
        using GpioPin clock = gpio.OpenPin(scl, PinMode.InputPullUp);
        using GpioPin data = gpio.OpenPin(sda, PinMode.InputPullUp);
        Clocks = 0;
        if (data.Read() == PinValue.High)
        {
            return false;
        }

        for (; Clocks < MostClocks && data.Read() == PinValue.Low; Clocks++)
        {
            // Both lines are open drain: low is driven, high is let go.
            Low(clock);
            Release(clock);
        }

        if (data.Read() == PinValue.Low)
        {
            return false;
        }

        Low(clock);
        Low(data);
        Release(clock);
        Release(data);   // SDA rises while SCL is high: stop
        return data.Read() == PinValue.High;
    }

    private static void Low(GpioPin pin)
    {
        pin.SetPinMode(PinMode.Output);
        pin.Write(PinValue.Low);
    }

    private static void Release(GpioPin pin) => pin.SetPinMode(PinMode.InputPullUp);
}
