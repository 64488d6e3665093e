namespace EdgeDePin.Sensors.Grid.Ade7953;

/// <summary>Registers that we use (Analog Devices ADE7953 Rev. C, tables 12 to 16). The high byte of a number says how wide it is.</summary>
public enum Ade7953Register : ushort
{
    /// <summary>8 bits: writing 0xAD here unlocks <see cref="Required"/>.</summary>
    Unlock = 0x00FE,

    /// <summary>16 bits, must be set to 0x30 for the chip to work as specified.</summary>
    Required = 0x0120,

    /// <summary>16 bits: period of the voltage in steps of 1/223.75 kHz, less one.</summary>
    Period = 0x010E,

    /// <summary>16 bits, signed, 0x7FFF is 1.</summary>
    PowerFactorA = 0x010A,

    /// <summary>32 bits, signed.</summary>
    ActivePowerA = 0x0312,
    CurrentA = 0x031A,
    Voltage = 0x031C,

    /// <summary>32 bits, signed: the newest sample of the current of channel A.</summary>
    InstantCurrentA = 0x0316,

    /// <summary>32 bits, signed: the newest sample of the voltage.</summary>
    InstantVoltage = 0x0318,

    /// <summary>8 bits: version of the silicon.</summary>
    Version = 0x0702,
}
