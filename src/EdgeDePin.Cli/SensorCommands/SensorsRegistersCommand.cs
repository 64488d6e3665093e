using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary><c>edgedepin sensors registers</c>: reads and changes registers of a Modbus unit, as to give a meter its number on the line.</summary>
internal static class SensorsRegistersCommand
{
    private const int DefaultBaud = 9_600;

    public static Command Create()
    {
        var bus = new Option<string>("--bus") { Description = "serial:/dev/ttyUSB0 or tcp:192.168.1.20:502.", HelpName = "BUS", Required = true };
        var baud = new Option<int>("--baud") { Description = "Bits per second of a serial line.", DefaultValueFactory = _ => DefaultBaud };
        var unit = new Option<int>("--unit") { Description = "1 to 247.", DefaultValueFactory = _ => 1 };
        var first = new Option<string>("--first") { Description = "Address on the wire, from 0; decimal or 0x.", HelpName = "ADDRESS", Required = true };
        var count = new Option<int>("--count") { Description = "How many values to read.", DefaultValueFactory = _ => 1 };
        var holding = new Option<bool>("--holding") { Description = "Read holding registers (function 3), not input registers (4)." };
        var kind = new Option<string>("--as") { Description = "uint16, or float: two registers, high word first.", DefaultValueFactory = _ => "uint16" };
        var set = new Option<double[]>("--set") { Description = "Write these values and read them again.", HelpName = "VALUE", AllowMultipleArgumentsPerToken = true };
        var single = new Option<bool>("--single") { Description = "Write one register by function 6; else by function 16." };
        var command = new ExplainedCommand("registers",
            "Reads registers of a Modbus unit, or writes holding registers and reads them again.",
            """
            Examples:
              edgedepin sensors registers --bus tcp:127.0.0.1:1502 --first 0x0000 --count 3 --as float
              edgedepin sensors registers --bus serial:/dev/ttyUSB0 --first 0x0014 --as float --set 7      the number of an SDM630
              edgedepin sensors registers --bus serial:/dev/ttyUSB0 --first 2 --set 7 --single             that of a PZEM-004T

            Exit codes: 0 done, 1 the unit refuses or does not answer, 2 wrong use.
            """)
        { bus, baud, unit, first, count, holding, kind, set, single };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(bus)!, parsed.GetValue(baud),
            new Registers(parsed.GetValue(unit), Address(parsed.GetValue(first)!), parsed.GetValue(count), parsed.GetValue(kind) switch
            {
                "uint16" => false,
                "float" => true,
                var other => throw new CommandFailure(ExitCode.WrongUse, $"--as: '{other}' is no kind of number; use uint16 or float."),
            }, parsed.GetValue(holding), parsed.GetValue(set) ?? [], parsed.GetValue(single)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string bus, int baud, Registers registers, CancellationToken cancellationToken)
    {
        using IModbusLink link = Open(bus, baud);
        ImmutableArray<ModbusRequest> requests = registers.Requests();
        ushort[] read = [];
        foreach (ModbusRequest request in requests)
        {
            Answer<ushort[]> answer = await link.AskAsync(request, cancellationToken);
            if (answer.Failed(out SensorFault? fault, out ushort[]? values))
            {
                if (request != requests[0])
                {
                    Console.WriteLine($"written. Unit {registers.Unit} does not answer when it is read again ({fault.Kind}): where its number was written it has the new one now.");
                    return ExitCode.Done;
                }

                throw new CommandFailure(ExitCode.No, $"{fault.Kind}: {fault.Detail}. {fault.Remedy}");
            }

            read = values;
        }

        for (int at = 0; at < read.Length; at += registers.Width)
        {
            string value = registers.IsFloat
                ? ModbusFloat.HighFirst(read, at).ToString(CultureInfo.InvariantCulture) : read[at].ToString(CultureInfo.InvariantCulture);
            Console.WriteLine($"0x{registers.First + at:X4} {value}");
        }

        return ExitCode.Done;
    }

    private static IModbusLink Open(string text, int baud)
    {
        if (!BusName.TryParse(text, out BusName? bus) || bus.Kind is not (BusKind.Serial or BusKind.Tcp))
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--bus: '{text}' is no Modbus; use serial:/dev/ttyUSB0 or tcp:192.168.1.20:502.");
        }

        var options = new SensorOptions { Chip = "modbus", Bus = text, Baud = baud };
        return new SensorPlace(new SensorId("modbus"), options, bus, SensorBuses.Linux, TimeProvider.System).Modbus(baud);
    }

    private static ushort Address(string text)
    {
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ushort.TryParse(isHex ? text.AsSpan(2) : text, isHex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out ushort address)
            ? address
            : throw new CommandFailure(ExitCode.WrongUse, $"--first: '{text}' is no address; use 0 to 65535 or 0x0000 to 0xFFFF.");
    }

    private sealed record Registers(int Unit, ushort First, int Count, bool IsFloat, bool IsHolding, double[] Set, bool IsSingle)
    {
        public int Width => IsFloat ? 2 : 1;

        /// <summary>What is written, if anything, and then what is read.</summary>
        public ImmutableArray<ModbusRequest> Requests()
        {
            ushort[] words = [.. Set.SelectMany(Words)];
            int count = words.Length > 0 ? words.Length : Count * Width, most = words.Length > 0 ? ModbusRequest.MostWritten : ModbusRequest.MostRegisters;
            if (Unit is < 1 or > 247 || count < 1 || count > most || First + count > 65_536)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"unit {Unit}, {count} registers from 0x{First:X4}: use a --unit of 1 to 247, and 1 to {most} registers below 0xFFFF.");
            }

            if (IsSingle && words.Length != 1)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--single: function 6 writes one register, but --set gives {words.Length}.");
            }

            bool isHolding = IsHolding || words.Length > 0;
            var read = new ModbusRequest((byte)Unit, isHolding ? ModbusFunction.HoldingRegisters : ModbusFunction.InputRegisters, First, (ushort)count);
            return words.Length == 0 ? [read]
                : [IsSingle ? ModbusRequest.WriteSingle((byte)Unit, First, words[0]) : ModbusRequest.Write((byte)Unit, First, [.. words]), read];
        }

        private ushort[] Words(double value) => IsFloat && float.IsFinite((float)value) ? ModbusFloat.ToHighFirst((float)value)
            : IsFloat ? throw new CommandFailure(ExitCode.WrongUse, $"--set: {value.ToString(CultureInfo.InvariantCulture)} is no finite number of 32 bits.")
            : value is >= 0 and <= ushort.MaxValue && value == Math.Truncate(value) ? [(ushort)value]
            : throw new CommandFailure(ExitCode.WrongUse, $"--set: {value.ToString(CultureInfo.InvariantCulture)} is no number from 0 to 65535; use --as float for others.");
    }
}
