namespace EdgeDePin.Sensors.Weather.Veml7700;

/// <summary>Registers of 16 bits, low byte first (Vishay VEML7700, document 84286, rev. 1.7).</summary>
public enum Veml7700Register : byte
{
    /// <summary>Bit 0 shut down; 9:6 integration time; 12:11 gain.</summary>
    Configuration = 0x00,
    PowerSaving = 0x03,
    Ambient = 0x04,

    /// <summary>Low byte 0x81.</summary>
    Id = 0x07,
}
