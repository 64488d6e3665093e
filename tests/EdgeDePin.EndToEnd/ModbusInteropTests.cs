using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Modbus;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Serving;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>Our Modbus against modbus-serial of npm, both ways.</summary>
public sealed class ModbusInteropTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly string[] Refusals = ["single", "nowhere", "impossible"];
    private static readonly int[] RefusalCodes = [1, 2, 3];

    [Fact]
    public async Task Their_client_reads_our_meter_and_understands_our_exceptions()
    {
        string peer = Path.Combine(NodePackages.Folder("ModbusPeer"), "peer.js");
        var meter = new SimulatedSdm630((quantity, _) => quantity == Quantity.Voltage ? 230.25 : quantity == Quantity.Power ? -1_266.375 : 50, TimeProvider.System);
        await using var server = new SimulatedModbusServer(new Dictionary<byte, SimulatedModbusUnit> { [5] = meter });
        string output = await ToolCall.RunAsync("node", peer, "client", $"{server.Port}", "5", "0", "80");
        using JsonDocument answer = JsonDocument.Parse(output);
        JsonElement answers = answer.RootElement.GetProperty("answers");
        Assert.Equal(20, answers.GetArrayLength());
        foreach (JsonElement one in answers.EnumerateArray())
        {
            int[] registers = [.. one.EnumerateArray().Select(register => register.GetInt32())];
            Assert.Equal(230.25f, BitConverter.Int32BitsToSingle((registers[0] << 16) | registers[1]));
            Assert.Equal(-1_266.375f, BitConverter.Int32BitsToSingle((registers[0x34] << 16) | registers[0x35]));
        }

        Assert.Equal(2, answer.RootElement.GetProperty("refused").GetInt32());    // illegal data address
        Assert.Equal(11, answer.RootElement.GetProperty("missing").GetInt32());   // gateway target does not respond
    }

    [Fact]
    public async Task Their_client_changes_a_setting_of_our_meter_and_understands_our_refusals()
    {
        string peer = Path.Combine(NodePackages.Folder("ModbusPeer"), "peer.js");
        await using var server = new SimulatedModbusServer(new Dictionary<byte, SimulatedModbusUnit>
        {
            [5] = new SimulatedSdm630((_, _) => 230, TimeProvider.System),
            [6] = new SimulatedPzem004t((_, _) => 230, TimeProvider.System),
        });
        ushort[] seven = ModbusFloat.ToHighFirst(7);
        using JsonDocument meter = JsonDocument.Parse(await ToolCall.RunAsync("node", peer, "write", $"{server.Port}", "5", "20", $"{seven[0]}", $"{seven[1]}"));
        Assert.Equal(seven, meter.RootElement.GetProperty("read").EnumerateArray().Select(one => one.GetUInt16()));
        Assert.Equal(RefusalCodes, Codes(meter));   // an SDM630 knows no function 6

        using JsonDocument other = JsonDocument.Parse(await ToolCall.RunAsync("node", peer, "client6", $"{server.Port}", "6", "1", "2300"));
        Assert.Equal(2_300, other.RootElement.GetProperty("read").GetInt32());
        Assert.Equal(1, other.RootElement.GetProperty("multiple").GetInt32());   // a PZEM-004T knows no function 16

        static IEnumerable<int> Codes(JsonDocument answer) => Refusals.Select(name => answer.RootElement.GetProperty(name).GetInt32());
    }

    [Fact]
    public async Task Our_driver_reads_their_server()
    {
        string peer = Path.Combine(NodePackages.Folder("ModbusPeer"), "peer.js");
        int port = FreePort();
        Task<(int Code, string Output, string Error)> server = ToolCall.TryAsync("timeout", ["-k", "2", "8", "node", peer, "server", $"{port}"]);
        using ISensor sensor = SensorCatalog.Open(
            new SensorOptions { Chip = "sdm630", Bus = $"tcp:127.0.0.1:{port}", Address = 3 }, SensorBuses.Linux, TimeProvider.System);
        Sample sample = await sensor.SampleAsync(Stop);
        for (int tried = 0; sample is Sample.Faulted && tried < 100; tried++)
        {
            await Task.Delay(100, Stop);
            sample = await sensor.SampleAsync(Stop);
        }

        var measured = Assert.IsType<Sample.Measured>(sample);
        Assert.Equal([231.5, 4.25, -812.5, 12_345.5, 49.97f], measured.Measurements.Select(one => one.Value));
        for (int i = 0; i < 200; i++)
        {
            Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        }

        using (var link = new ModbusTcpLink(new StreamPort("meter", (_, _, token) => SensorBuses.Linux.OpenTcpAsync("127.0.0.1", port, token), TimeProvider.System)))
        {
            await WriteAsync(link);
        }

        await server;   // timeout ends it
    }

    [Fact]
    public async Task Their_rtu_client_reads_our_meter_on_a_serial_line()
    {
        ToolCall.Require("mbpoll", "mbpoll");
        var meter = new SimulatedSdm630((quantity, _) => quantity == Quantity.Voltage ? 230.25 : quantity == Quantity.Power ? -1_266.375 : 50, TimeProvider.System);
        await using var terminal = new Pseudoterminal(new SimulatedModbusLine(meter, 5));
        foreach ((int register, string value) in new[] { (0x00, "230.25"), (0x34, "-1266.38") })
        {
            // Ten polls of input registers (30001 is register 1), floats with the high word first.
            string output = await ToolCall.RunAsync(
                "mbpoll", "-m", "rtu", "-b", "9600", "-P", "none", "-a", "5", "-t", "3:float", "-B", "-r", $"{register + 1}", "-c", "1", "-1", terminal.Path);
            Assert.Contains($"[{register + 1}]: \t{value}", output, StringComparison.Ordinal);
        }

        (int code, string refused, string error) = await ToolCall.TryAsync(
            "mbpoll", ["-m", "rtu", "-b", "9600", "-P", "none", "-a", "5", "-t", "3", "-r", "600", "-c", "1", "-1", terminal.Path]);
        Assert.Contains("Illegal data address", refused + error, StringComparison.Ordinal);
        Assert.NotEqual(0, code);
    }

    [Fact]
    public async Task Our_driver_reads_their_rtu_server_on_a_serial_line()
    {
        ToolCall.Require("socat", "socat");
        ToolCall.Require("gcc", "gcc");
        string folder = Directory.CreateTempSubdirectory("edgedepin-rtu-").FullName;
        try
        {
            string server = Path.Combine(folder, "rtu-server"), ours = Path.Combine(folder, "ours"), theirs = Path.Combine(folder, "theirs");
            await ToolCall.RunAsync("gcc", "-O1", "-o", server, Path.Combine(SharedData.Repository, "tests", "EdgeDePin.EndToEnd", "ModbusPeer", "rtu-server.c"), "-I/usr/include/modbus", "-lmodbus");
            Task<(int, string, string)> wire = ToolCall.TryAsync("timeout", ["-k", "2", "12", "socat", $"pty,raw,echo=0,link={ours}", $"pty,raw,echo=0,link={theirs}"]);
            await Eventually.HoldsAsync(() => File.Exists(ours) && File.Exists(theirs), TimeSpan.FromSeconds(5));
            Task<(int, string, string)> serving = ToolCall.TryAsync("timeout", ["-k", "2", "10", server, theirs, "3"]);
            using ISensor sensor = SensorCatalog.Open(
                new SensorOptions { Chip = "sdm630", Bus = $"serial:{ours}", Address = 3 }, SensorBuses.Linux, TimeProvider.System);
            Sample sample = await sensor.SampleAsync(Stop);
            for (int tried = 0; sample is Sample.Faulted && tried < 20; tried++)
            {
                sample = await sensor.SampleAsync(Stop);
            }

            Assert.Equal([231.5, 4.25, -812.5, 12_345.5, 49.97f], Assert.IsType<Sample.Measured>(sample).Measurements.Select(one => one.Value));
            for (int i = 0; i < 20; i++)
            {
                Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
            }

            sensor.Dispose();
            using (var link = new ModbusRtuLink(new StreamPort("meter", (baud, format, _) => ValueTask.FromResult(SensorBuses.Linux.OpenSerial(ours, baud, format)), TimeProvider.System)))
            {
                await WriteAsync(link);
            }

            await Task.WhenAll(wire, serving);   // timeout ends them
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Into the sixteen holding registers of their servers, and read again from there.
    private static async Task WriteAsync(IModbusLink link)
    {
        Assert.Equal<ushort[]>([0x1234], Registers(await link.AskAsync(ModbusRequest.WriteSingle(3, 2, 0x1234), Stop)));
        Assert.Equal<ushort[]>([7, 8, 9], Registers(await link.AskAsync(ModbusRequest.Write(3, 4, 7, 8, 9), Stop)));
        Assert.Equal<ushort[]>([0x1234, 0, 7, 8, 9], Registers(await link.AskAsync(new ModbusRequest(3, ModbusFunction.HoldingRegisters, 2, 5), Stop)));
        Answer<ushort[]> refused = await link.AskAsync(ModbusRequest.Write(3, 16, 1, 2), Stop);
        Assert.Equal(FaultKind.Refused, refused.Fault?.Kind);
        Assert.Contains("illegal data address", refused.Fault!.Detail, StringComparison.Ordinal);
    }

    private static ushort[] Registers(Answer<ushort[]> answer) => answer.Value ?? throw new InvalidOperationException(answer.Fault!.Detail);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
