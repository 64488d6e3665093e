namespace EdgeDePin.Sensors.Buses;

/// <summary>Data bits, parity and stop bits of a serial line.</summary>
public enum SerialFormat
{
    /// <summary>8 data bits, no parity, 1 stop bit.</summary>
    EightNoneOne,

    /// <summary>8 data bits, even parity, 1 stop bit: what the Modbus specification asks for.</summary>
    EightEvenOne,

    /// <summary>7 data bits, even parity, 1 stop bit: IEC 62056-21 and meters of DSMR 2 and 3.</summary>
    SevenEvenOne,

    /// <summary>8 data bits, no parity, 2 stop bits.</summary>
    EightNoneTwo,
}
