// Written by scripts/extract-openclaw-keys.mjs from `openclaw config schema` of this version. Do not edit.

/** Version whose keys these are. */
export const KNOWN_KEYS_VERSION = '2026.9.6';

/** One line for each kind of object; read by known-keys.ts. */
export const KNOWN_KEYS = `*
channelId guildId members:2 membership type
*:3
enabled
installCommand
deliveryMode repeatSuppression tagVisibility:2
allowedAgents backend defaultAgent dispatch:5 enabled fallbacks runtime:6 stream:7
agentId
breakPreference maxChars minChars
idleMs maxChars minChars
enabled forceFlushTranscriptBytes model softThresholdTokens
enabled maxRetries
enabled identifierPolicy keepRecentTokens maxActiveTranscriptBytes memoryFlush:12 midTurnPrecheck:5 mode model notifyUser postCompactionSections postIndexSync provider qualityGuard:13 recentTurnsPreserve thinkingLevel timeoutSeconds
memoryGetMaxChars postCompactionMaxChars
enabled placeholder
allow deny
hardClear:16 mode tools:17 ttl
cooloffMs mode model
cyberFailover:19 executionContract projectSettingsPolicy
localModelLean
end start timezone
accountId activeHours:22 agentId directPolicy every isolatedSession lightContext model prompt session target timeoutSeconds to
maxMs minMs mode
fallbacks primary timeoutMs
image:25 music:25 video:25
fallbacks primary
allow
id
*:1
agentRuntime:29 alias codeMode params:30 pickerRuntimes streaming
*:31
allowHostControl autoStart autoStartTimeoutMs binds cdpPort cdpSourceRange containerPrefix enabled headless image network noVncEnabled noVncPort vncPort
hard soft
*:34
apparmorProfile binds capDrop containerPrefix cpus dangerouslyAllowContainerNamespaceJoin dangerouslyAllowExternalBindSources dangerouslyAllowReservedContainerTargets dns env:2 extraHosts gpus image memory memorySwap network pidsLimit readOnlyRoot seccompProfile setupCommand tmpfs ulimits:35 user workdir
idleHours maxAgeDays
id provider source
certificateData:38 certificateFile command identityData:38 identityFile knownHostsData:38 knownHostsFile strictHostKeyChecking target updateHostKeys workspaceRoot
backend browser:33 docker:36 mode prune:37 scope sessionToolsVisibility ssh:39 workspaceAccess workspaceRoot
group internal
applyOn dailyMemoryDays enabled maxFileBytes maxFileChars maxTotalChars
allowAgents announceTimeoutMs archiveAfterMinutes delegationMode maxChildrenPerAgent maxConcurrent maxSpawnDepth model:27 requireAgentId runTimeoutSeconds thinking
authInheritance:9 blockStreamingBreak blockStreamingChunk:10 blockStreamingCoalesce:11 blockStreamingDefault bootstrapMaxChars bootstrapTotalMaxChars compaction:14 contextInjection contextLimits:15 contextPruning:18 cwd decisionModel elevatedDefault embeddedAgent:20 experimental:21 fastModeDefault heartbeat:23 humanDelay:24 imageMaxDimensionPx imageModel:25 imageQuality maxConcurrent mediaMaxMb mediaModels:26 model:27 modelPolicy:28 modelSelectionScope models:32 params:30 pdfMaxMb pdfMaxPages pdfModel:25 reasoningDefault repoRoot sandbox:40 sessionStore:9 silentReply:41 skills skipBootstrap skipOptionalBootstrapFiles startupContext:42 subagents:43 systemAgent:9 thinkingDefault timeoutSeconds toolProgressDetail typingIntervalSeconds typingMode userTimezone utilityModel verboseDefault voiceModel:25 workspace
executionContract
historyLimit mentionPatterns unmentionedInbound
accountId activeHours:22 directPolicy every isolatedSession lightContext model prompt session target timeoutSeconds to
avatar emoji name theme
sessionMemory
path pattern
[]:50
modelPath
enabled maxFileBytes modalities
maxResults minScore
apiKey:38 baseUrl batch:5 headers:2
tokenizer
enabled extensionPath
fts:56 vector:57
cache:5 documentInputType enabled experimental:49 extraPaths:51 fallback inputType local:52 model multimodal:53 outputDimensionality provider query:54 queryInputType rememberAcrossConversations remote:55 sources store:58
search:59
agent backend cwd mode
acp:61 type
maxSkillsPromptChars
allowAgents delegationMode model:27 requireAgentId thinking
allow alsoAllow deny profile
*:65
enabled executor maxOutputBytes maxPendingToolCalls maxSearchLimit maxSnapshotBytes memoryLimitBytes mode searchDefaultLimit snapshotTtlSeconds timeoutMs
allowFrom:2 enabled
allowModels enabled workspaceOnly
fastMode model:27 thinking timeoutMs
allowedValueFlags deniedFlags maxPositional minPositional
*:71
applyPatch:69 approvalRunningNoticeMs ask backgroundMs cleanupMs commandHighlighting grantExpiryDays host mode node notifyOnExit notifyOnExitEmptySuccess pathPrepend reviewer:70 safeBinProfiles:72 safeBinTrustedDirs safeBins security strictInlineEval timeoutSeconds
workspaceOnly
email name
gitAuthor:75 kind profileId
enabled prefix suffix
allowAcrossProviders allowWithinProvider marker:77
actions:28 broadcast:5 crossContext:78
allow alsoAllow deny
tools:80
defaultAgentId enabled maxChildrenPerGroup maxConcurrent maxTotalPerGroup waitTimeoutSecondsMax
*:80
allow alsoAllow byProvider:66 codeMode:67 deny elevated:68 exec:73 fs:74 github:76 loopDetection:5 message:79 profile sandbox:81 swarm:82 toolsBySender:83
allowModelId allowNormalization allowProvider allowSeed allowText allowVoice allowVoiceSettings enabled
*:1 []:1
*:86 apiKey:38
*:87
description fallbackPolicy label provider providers:88
*:89
auto enabled maxTextLength mode modelOverrides:85 persona personas:90 prefsPath provider providers:88 summaryModel timeoutMs
agentDir bootstrapMaxChars bootstrapTotalMaxChars contextInjection contextLimits:15 cwd decisionModel default description embeddedAgent:45 experimental:21 fastModeDefault groupChat:46 heartbeat:47 humanDelay:24 identity:48 memory:60 model:27 modelPolicy:28 models:32 name params:30 reasoningDefault runtime:62 sandbox:40 skills skillsLimits:63 subagents:64 thinkingDefault toolProgressDetail tools:84 tts:91 typingMode utilityModel verboseDefault workspace
*:92
defaults:44 entries:93 ownership
accountId channel threadId to
[]:95
agentFilter enabled mode sessionFilter targets:96
exec:97 plugin:97
ttlHours
displayName email mode provider
*:100
order:2 profiles:101
backend cwd label mode
id kind
accountId channel guildId peer:104 roles teamId
dmScope groupScope
acp:103 agentId comment match:105 session:106 type
[]:107
agents maxRounds maxTurns mentionGating
*:109 strategy
allowLegacyAuth
attachOnly cdpPort cdpUrl driver executablePath headless mcpArgs mcpCommand userDataDir
*:112
mode
allowIpv6UniqueLocalRange allowRfc2544BenchmarkRange allowedHostnames blockedHostnames dangerouslyAllowPrivateNetwork
allowSystemProfileImport attachOnly cdpUrl defaultProfile enabled evaluateEnabled executablePath extensionRelay:111 extraArgs headless noSandbox profiles:113 snapshotDefaults:114 ssrfPolicy:115 tabCleanup:5
outboundToken token url
*:117
advertisedUrl configWrites enabled exposeAgents peers:118 rateLimitPerMinute replyTimeoutMs
enabled groupAllowFrom groupPolicy requireMention
*:120
tables
authTag:38 configWrites defaultTo enabled groupAllowFrom groupPolicy groups:121 historyLimit markdown:122 name privateKey:38 relayUrl replyToMode responsePrefix
*:123
accounts:124 authTag:38 configWrites defaultAccount defaultTo enabled groupAllowFrom groupPolicy groups:121 historyLimit markdown:122 name privateKey:38 relayUrl replyToMode responsePrefix
cooldownSeconds enabled maxEventsPerWindow windowSeconds
controlUrlBase enabled section workspace
allowBots botLoopProtection:126 mentionPatterns requireMention
*:128
agentActivity agentId allowBots allowFrom apiBaseUrl baseUrl botLoopProtection:126 botUserId commandMenu configWrites defaultTo discussions:127 enabled groups:129 mediaMaxMb mentionPatterns model name nativeProgress reconnectMs replyMode requireMention responsePrefix systemPrompt token:38 tokenFile toolsAllow workspace
*:130
accounts:131 agentActivity agentId allowBots allowFrom apiBaseUrl baseUrl botLoopProtection:126 botUserId commandMenu configWrites defaultAccount defaultTo discussions:127 enabled groups:129 historyLimit mediaMaxMb mentionPatterns model name nativeProgress reconnectMs replyMode requireMention responsePrefix systemPrompt token:38 tokenFile toolsAllow workspace
showAlerts showOk useIndicator
quotedBot replyToBot threadParticipation
botLoopProtection:126 contextVisibility groupPolicy heartbeatVisibility:133 implicitMentions:134
channelInfo channels emojiUploads events memberInfo messages moderation permissions pins polls presence reactions roleInfo roles search stickerUploads stickers threads voiceStatus
applicationId clientSecret
enabled ttlMs
enabled intervalMs minUpdateIntervalMs
native nativeSkills
enabled groupChannels groupEnabled
historyLimit
*:142
agentFilter approvers cleanupAfterResolve enabled sessionFilter target
autoArchiveDuration autoThread autoThreadName enabled ignoreOtherMentions includeThreadStarter requireMention roles skills systemPrompt tools:80 toolsBySender:83 users
*:145
burstLimit burstWindowSeconds channelId enabled reconnectSuppressSeconds users
channels:146 ignoreOtherMentions presenceEvents:147 reactionNotifications requireMention roles slug tools:80 toolsBySender:83 users
*:148
runTimeoutMs
guildMembers messageContent presence voiceStates
allowIn denyIn mode
enabled token:38
ephemeral
coalesce:11 enabled
chunk:10 commandText toolProgress
commandText commentary label labels maxLineChars maxLines narration toolProgress
block:155 chunkMode mode preview:156 progress:157
inheritParent
defaultSpawnContext enabled idleHours maxAgeHours spawnSessions
mode target
channelId guildId
[]:162
channelId guildId whenOccupied
[]:164
*:30
bargeIn bootstrapContextFiles consultPolicy debounceMs instructions minBargeInAudioEndMs model provider providers:166 requireWakeName speakerVoice speakerVoiceId toolPolicy wakeNames
auto enabled maxTextLength mode modelOverrides:85 persona personas:90 provider providers:88 summaryModel timeoutMs
agentSession:161 allowedChannels:163 autoJoin:165 captureSilenceGraceMs connectTimeoutMs daveEncryption decryptionFailureTolerance enabled followUsers followUsersEnabled mode model realtime:167 reconnectGraceMs tts:168
ackReaction ackReactionScope actions:136 activities:137 activity activityType activityUrl agentComponents:138 allowBots allowFrom applicationId autoPresence:139 botLoopProtection:126 capabilities commands:140 configWrites contextVisibility dangerouslyAllowNameMatching defaultTo dm:141 dmHistoryLimit dmPolicy dms:143 enabled execApprovals:144 groupPolicy guilds:149 healthMonitor:5 heartbeatVisibility:133 historyLimit inboundWorker:150 intents:151 joinIntro markdown:122 maxLinesPerMessage mediaMaxMb mentionAliases:2 mentionPatterns:152 name pluralkit:153 proxy replyToMode responsePrefix slashCommand:154 status streaming:158 suppressEmbeds textChunkLimit thread:159 threadBindings:160 token:38 voice:169
*:170
accounts:171 ackReaction ackReactionScope actions:136 activities:137 activity activityType activityUrl agentComponents:138 allowBots allowFrom applicationId autoPresence:139 botLoopProtection:126 capabilities commands:140 configWrites contextVisibility dangerouslyAllowNameMatching defaultAccount defaultTo dm:141 dmHistoryLimit dmPolicy dms:143 enabled execApprovals:144 groupPolicy guilds:149 healthMonitor:5 heartbeatVisibility:133 historyLimit inboundWorker:150 intents:151 joinIntro markdown:122 maxLinesPerMessage mediaMaxMb mentionAliases:2 mentionPatterns:152 name pluralkit:153 proxy replyToMode responsePrefix slashCommand:154 status streaming:158 suppressEmbeds textChunkLimit thread:159 threadBindings:160 token:38 voice:169
reactions sticker
enabled systemPrompt
*:174
allowFrom enabled groupSessionScope replyInThread requireMention skills systemPrompt tools:17 topicSessionMode
*:176
intervalMs visibility
mode tableMode
block:155 chunkMode mode
bitable chat doc drive perm scopes wiki
auto enabled maxTextLength mode modelOverrides:30 persona personas:166 prefsPath provider providers:166 summaryModel timeoutMs
actions:173 allowBots allowFrom appId appSecret:38 capabilities configWrites connectionMode contextVisibility dmHistoryLimit dmPolicy dms:175 domain enabled encryptKey:38 groupAllowFrom groupPolicy groupSenderAllowFrom groupSessionScope groups:177 heartbeatVisibility:178 historyLimit httpTimeoutMs markdown:179 mediaMaxMb name reactionNotifications renderMode replyInThread replyToMode requireMention resolveSenderNames responsePrefix streaming:180 textChunkLimit tools:181 topicSessionMode tts:182 typingIndicator vcAutoJoin verificationToken:38 webhookHost webhookPath webhookPort
*:183
agentDirTemplate enabled maxAgents workspaceTemplate
*:2
accounts:184 actions:173 allowBots allowFrom appId appSecret:38 capabilities configWrites connectionMode contextVisibility defaultAccount dmHistoryLimit dmPolicy dms:175 domain dynamicAgentCreation:185 enabled encryptKey:38 groupAllowFrom groupPolicy groupSenderAllowFrom groupSessionScope groups:177 heartbeatVisibility:178 historyLimit httpTimeoutMs markdown:179 mediaMaxMb reactionNotifications renderMode replyInThread replyToMode requireMention resolveSenderNames responsePrefix stickerSets:186 streaming:180 textChunkLimit tools:181 topicSessionMode tts:182 typingIndicator vcAutoJoin verificationToken:38 webhookHost webhookPath webhookPort
botLoopProtection:126 enabled requireMention systemPrompt users
*:188
*:1 id provider source
block:155 chunkMode
allowBots allowFrom appPrincipal audience audienceType botLoopProtection:126 botUser capabilities configWrites contextVisibility dangerouslyAllowNameMatching defaultTo dm:5 dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:189 healthMonitor:5 heartbeatVisibility:133 historyLimit markdown:122 mediaMaxMb name replyToMode requireMention responsePrefix serviceAccount:190 serviceAccountFile streaming:191 textChunkLimit typingIndicator webhookPath webhookUrl
*:192
accounts:193 allowBots allowFrom appPrincipal audience audienceType botLoopProtection:126 botUser capabilities configWrites contextVisibility dangerouslyAllowNameMatching defaultAccount defaultTo dm:5 dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:189 healthMonitor:5 heartbeatVisibility:133 historyLimit markdown:122 mediaMaxMb name replyToMode requireMention responsePrefix serviceAccount:190 serviceAccountFile streaming:191 textChunkLimit typingIndicator webhookPath webhookUrl
addParticipant edit leaveGroup polls reactions removeParticipant renameGroup reply sendAttachment sendWithEffect setGroupIcon unsend
enabled firstRunLookbackMinutes maxAgeMinutes maxFailureRetries perRunLimit
requireMention systemPrompt tools:80 toolsBySender:83
*:197
actions:195 allowFrom attachmentRoots capabilities catchup:196 cliPath configWrites contextVisibility dbPath defaultTo dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:198 healthMonitor:5 heartbeatVisibility:133 historyLimit includeAttachments markdown:122 mediaMaxMb name probeTimeoutMs reactionNotifications region remoteAttachmentRoots remoteHost responsePrefix sendReadReceipts sendTransport service streaming:191 textChunkLimit
*:199
accounts:200 actions:195 allowFrom attachmentRoots capabilities catchup:196 cliPath configWrites contextVisibility dbPath defaultAccount defaultTo dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:198 healthMonitor:5 heartbeatVisibility:133 historyLimit includeAttachments markdown:122 mediaMaxMb name probeTimeoutMs reactionNotifications region remoteAttachmentRoots remoteHost responsePrefix sendReadReceipts sendTransport service streaming:191 textChunkLimit
allowFrom enabled requireMention skills systemPrompt tools:80 toolsBySender:83
*:202
enabled password passwordFile register registerEmail service
allowFrom channels configWrites contextVisibility dangerouslyAllowNameMatching dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:203 healthMonitor:5 historyLimit host markdown:122 mediaMaxMb name nick nickserv:204 password passwordFile port realname replyToMode responsePrefix streaming:191 textChunkLimit tls username
*:205
accounts:206 allowFrom channels configWrites contextVisibility dangerouslyAllowNameMatching defaultAccount dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:203 healthMonitor:5 historyLimit host markdown:122 mediaMaxMb name nick nickserv:204 password passwordFile port realname replyToMode responsePrefix streaming:191 textChunkLimit tls username
allowFrom enabled requireMention skills systemPrompt
*:208
allowFrom channelAccessToken channelSecret configWrites dmPolicy enabled groupAllowFrom groupPolicy groups:209 historyLimit joinIntro mediaMaxMb name replyToMode responsePrefix secretFile streaming:191 threadBindings:160 tokenFile webhookPath
*:210
accounts:211 allowFrom channelAccessToken channelSecret configWrites defaultAccount dmPolicy enabled groupAllowFrom groupPolicy groups:209 historyLimit joinIntro mediaMaxMb name replyToMode responsePrefix secretFile streaming:191 threadBindings:160 tokenFile webhookPath
*:1 accessToken:38 joinIntro password:38
*:213
channelInfo memberInfo messages pins profile reactions verification
allowFrom enabled policy sessionScope threadReplies
agentFilter approvers enabled sessionFilter target
account allowBots autoReply botLoopProtection:126 enabled requireMention skills systemPrompt tools:80 users
*:218
dangerouslyAllowPrivateNetwork
toolProgress
commandText label labels maxLineChars maxLines toolProgress
block:155 chunkMode mode preview:221 progress:222
accessToken:38 accounts:214 ackReaction ackReactionScope actions:215 allowBots allowlistOnly autoJoin autoJoinAllowlist avatarUrl botLoopProtection:126 configWrites contextVisibility dangerouslyAllowNameMatching defaultAccount deviceId deviceName dm:216 enabled encryption execApprovals:217 groupAllowFrom groupPolicy groups:219 historyLimit homeserver initialSyncLimit joinIntro markdown:122 mediaMaxMb mentionPatterns:152 name network:220 password:38 proxy reactionNotifications replyToMode responsePrefix rooms:219 startupVerification startupVerificationCooldownHours streaming:223 textChunkLimit threadBindings:160 threadReplies userId
messages reactions
callbackPath callbackUrl native nativeSkills
initialDelayMs maxDelayMs maxRetries timeoutMs
requireMention
*:228
allowedSourceIps callbackBaseUrl
channel direct group
commandText toolProgress
block:155 chunkMode mode preview:232 progress:222
actions:225 allowFrom baseUrl botToken:38 capabilities chatmode commands:226 configWrites contextVisibility dangerouslyAllowNameMatching dmChannelRetry:227 dmPolicy enabled groupAllowFrom groupPolicy groups:229 historyLimit implicitMentions:134 interactions:230 markdown:122 mediaMaxMb name network:220 oncharPrefixes replyToMode replyToModeByChatType:231 requireMention responsePrefix streaming:233 textChunkLimit
*:234
accounts:235 actions:225 allowFrom baseUrl botToken:38 capabilities chatmode commands:226 configWrites contextVisibility dangerouslyAllowNameMatching defaultAccount dmChannelRetry:227 dmPolicy enabled groupAllowFrom groupPolicy groups:229 historyLimit implicitMentions:134 interactions:230 markdown:122 mediaMaxMb name network:220 oncharPrefixes replyToMode replyToModeByChatType:231 requireMention responsePrefix streaming:233 textChunkLimit
enabled scopes
connectionName enabled
replyStyle requireMention tools:80 toolsBySender:83
*:239
channels:240 replyStyle requireMention tools:80 toolsBySender:83
*:241
path port
allowFrom appId appPassword:38 authType capabilities certificatePath certificateThumbprint cloud configWrites contextVisibility dangerouslyAllowNameMatching defaultTo delegatedAuth:237 dmHistoryLimit dmPolicy dms:143 enabled feedbackEnabled feedbackReflection feedbackReflectionCooldownMs graphMediaFallback groupAllowFrom groupPolicy groupWelcomeCard healthMonitor:5 heartbeatVisibility:133 historyLimit managedIdentityClientId markdown:122 mediaAllowHosts mediaAuthAllowHosts mediaMaxMb promptStarters replyStyle requireMention responsePrefix serviceUrl sharePointSiteId sso:238 streaming:158 teams:242 tenantId textChunkLimit typingIndicator useManagedIdentity webhook:243 welcomeCard
allowFrom enabled requireMention skills systemPrompt tools:80
*:245
allowFrom apiPassword:38 apiPasswordFile apiUser baseUrl botSecret:38 botSecretFile configWrites contextVisibility dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy historyLimit markdown:122 mediaMaxMb name network:220 replyToMode responsePrefix rooms:246 streaming:191 textChunkLimit webhookHost webhookPath webhookPort webhookPublicUrl
*:247
accounts:248 allowFrom apiPassword:38 apiPasswordFile apiUser baseUrl botSecret:38 botSecretFile configWrites contextVisibility defaultAccount dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy historyLimit markdown:122 mediaMaxMb name network:220 replyToMode responsePrefix rooms:246 streaming:191 textChunkLimit webhookHost webhookPath webhookPort webhookPublicUrl
about banner displayName lud16 name nip05 picture website
allowFrom configWrites defaultAccount dmPolicy enabled markdown:122 name privateKey:38 profile:250 relays
messages reactions search threads
requireMention tools:80 toolsBySender:83
*:253
actions:252 allowFrom baseUrl botDisplayName botUserId configWrites defaultTo enabled groupAllowFrom groupPolicy groups:254 mediaMaxMb name pollTimeoutMs responsePrefix
*:255
accounts:256 actions:252 allowFrom baseUrl botDisplayName botUserId configWrites defaultAccount defaultTo enabled groupAllowFrom groupPolicy groups:254 historyLimit mediaMaxMb name pollTimeoutMs responsePrefix
configWrites enabled name profile
*:258
accounts:259 configWrites defaultAccount enabled name profile
inbound outbound
apiKeyEnv authMode authProfileId pinnedModel policyVersion provider rules:261 timeoutMs
configWrites email enabled friends:1 guard:262 handle relayUrl requestPolicy stateDir
reactions
ingest requireMention tools:80 toolsBySender:83
*:265
direct group
cliPath configPath httpHost httpPort ignoreStories kind receiveMode socketPath startupTimeoutMs url
account accountUuid actions:264 aliases:2 allowFrom capabilities configWrites contextVisibility defaultTo dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:266 healthMonitor:5 heartbeatVisibility:133 historyLimit ignoreAttachments markdown:122 mediaMaxMb name reactionAllowlist reactionLevel reactionNotifications replyToMode replyToModeByChatType:267 responsePrefix sendReadReceipts streaming:191 textChunkLimit transport:268
*:269
account accountUuid accounts:270 actions:264 aliases:2 allowFrom capabilities configWrites contextVisibility defaultAccount defaultTo dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:266 healthMonitor:5 heartbeatVisibility:133 historyLimit ignoreAttachments markdown:122 mediaMaxMb name reactionAllowlist reactionLevel reactionNotifications replyToMode replyToModeByChatType:267 responsePrefix sendReadReceipts streaming:191 textChunkLimit transport:268
channelInfo emojiList memberInfo messages permissions pins reactions search
mode prompt
allowBots botLoopProtection:126 enabled ignoreOtherMentions presenceEvents:273 replyToMode requireMention skills systemPrompt tools:80 toolsBySender:83 users
*:274
authToken:38 gatewayId url
enabled ephemeral name sessionPrefix
commandText commentary label labels maxLineChars maxLines narration nativeTaskCards style toolProgress
block:155 chunkMode mode nativeTransport preview:156 progress:278
historyScope inheritParent initialHistoryLimit
ackReaction actions:272 allowBots allowFrom appToken:38 botLoopProtection:126 botToken:38 capabilities channels:275 commands:140 configWrites contextVisibility dangerouslyAllowNameMatching defaultTo dm:141 dmHistoryLimit dmPolicy dms:143 enabled execApprovals:217 groupPolicy healthMonitor:5 heartbeatVisibility:133 historyLimit implicitMentions:134 joinIntro markdown:122 mediaMaxMb mentionPatterns:152 mode name postAs presenceEvents:273 reactionAllowlist reactionNotifications relay:276 replyToMode replyToModeByChatType:231 requireMention responsePrefix signingSecret:38 slashCommand:277 streaming:279 textChunkLimit thread:280 typingReaction unfurlLinks unfurlMedia userToken:38 userTokenReadOnly webhookPath
*:281
accounts:282 ackReaction actions:272 allowBots allowFrom appToken:38 botLoopProtection:126 botToken:38 capabilities channels:275 commands:140 configWrites contextVisibility dangerouslyAllowNameMatching defaultAccount defaultTo dm:141 dmHistoryLimit dmPolicy dms:143 enabled execApprovals:217 groupPolicy healthMonitor:5 heartbeatVisibility:133 historyLimit implicitMentions:134 joinIntro markdown:122 mediaMaxMb mentionPatterns:152 mode name postAs presenceEvents:273 reactionAllowlist reactionNotifications relay:276 replyToMode replyToModeByChatType:231 requireMention responsePrefix signingSecret:38 slashCommand:277 streaming:279 textChunkLimit thread:280 typingReaction unfurlLinks unfurlMedia userToken:38 userTokenReadOnly webhookPath
accountSid allowFrom authToken:38 configWrites dangerouslyDisableSignatureValidation defaultTo dmPolicy enabled fromNumber mediaMaxMb messagingServiceSid name publicWebhookUrl textChunkLimit webhookPath
*:284
accountSid accounts:285 allowFrom authToken:38 configWrites dangerouslyDisableSignatureValidation defaultAccount defaultTo dmPolicy enabled fromNumber mediaMaxMb messagingServiceSid name publicWebhookUrl textChunkLimit webhookPath
*:1 dangerouslyAllowInheritedWebhookPath dangerouslyAllowNameMatching webhookUrl
createForumTopic deleteMessage editForumTopic editMessage poll reactions sendMessage sticker
enabled prompt
inlineButtons
command description
[]:291
agentId allowFrom disableAudioPreflight enabled errorPolicy groupPolicy ingest requireMention skills systemPrompt
*:293
allowFrom autoTopicLabel:289 dmPolicy enabled errorPolicy requireTopic skills systemPrompt tools:80 toolsBySender:83 topics:294
*:295
allowFrom disableAudioPreflight enabled errorPolicy groupPolicy ingest requireMention skills systemPrompt tools:80 toolsBySender:83 topics:294
*:297
autoSelectFamily dangerouslyAllowPrivateNetwork dnsResultOrder
ackReaction actions:288 allowFrom apiRoot autoTopicLabel:289 botToken:38 capabilities:290 commands:140 configWrites contextVisibility customCommands:292 defaultTo direct:296 dmHistoryLimit dmPolicy dms:143 enabled errorPolicy execApprovals:217 groupAllowFrom groupPolicy groups:298 healthMonitor:5 heartbeatVisibility:133 historyLimit joinIntro linkPreview markdown:122 mediaMaxMb mentionPatterns:152 name network:299 proxy reactionLevel reactionNotifications replyToMode responsePrefix richMessages silentErrorReplies streaming:158 textChunkLimit threadBindings:160 tokenFile trustedLocalFileRoots webhookCertPath webhookHost webhookPath webhookPort webhookSecret:38 webhookUrl
*:300
accounts:301 ackReaction actions:288 allowFrom apiRoot autoTopicLabel:289 botToken:38 capabilities:290 commands:140 configWrites contextVisibility customCommands:292 defaultAccount defaultTo direct:296 dmHistoryLimit dmPolicy dms:143 enabled errorPolicy execApprovals:217 groupAllowFrom groupPolicy groups:298 healthMonitor:5 heartbeatVisibility:133 historyLimit joinIntro linkPreview markdown:122 mediaMaxMb mentionPatterns:152 name network:299 proxy reactionLevel reactionNotifications replyToMode responsePrefix richMessages silentErrorReplies streaming:158 textChunkLimit threadBindings:160 tokenFile trustedLocalFileRoots webhookCertPath webhookHost webhookPath webhookPort webhookSecret:38 webhookUrl
autoAcceptDmInvites autoAcceptGroupInvites autoDiscoverChannels code configWrites dmAllowlist enabled groupChannels groupInviteAllowlist implicitMentions:134 mediaMaxMb name network:220 ownerShip responsePrefix ship showModelSignature url
*:303
allowedShips mode
*:305
channelRules:306
accounts:304 authorization:307 autoAcceptDmInvites autoAcceptGroupInvites autoDiscoverChannels code configWrites defaultAuthorizedShips dmAllowlist enabled groupChannels groupInviteAllowlist historyLimit implicitMentions:134 mediaMaxMb name network:220 ownerShip responsePrefix ship showModelSignature url
accessToken allowFrom allowedRoles channel clientId clientSecret configWrites enabled expiresIn obtainmentTimestamp refreshToken requireMention responsePrefix username
*:309
accessToken accounts:310 allowFrom allowedRoles channel clientId clientSecret configWrites defaultAccount enabled expiresIn historyLimit markdown:122 name obtainmentTimestamp refreshToken requireMention responsePrefix username
systemPrompt
*:312
messageReceived
allowFrom authDir capabilities configWrites contextVisibility defaultTo direct:313 dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:198 healthMonitor:5 heartbeatVisibility:133 historyLimit markdown:122 mediaMaxMb mentionPatterns:152 name pluginHooks:314 reactionLevel replyToMode responsePrefix selfChatMode sendReadReceipts streaming:191 textChunkLimit
*:315
calls polls reactions sendMessage
accounts:316 actions:317 allowFrom capabilities configWrites contextVisibility defaultAccount defaultTo direct:313 dmHistoryLimit dmPolicy dms:143 enabled groupAllowFrom groupPolicy groups:198 healthMonitor:5 heartbeatVisibility:133 historyLimit markdown:122 mediaMaxMb mentionPatterns:152 pluginHooks:314 reactionLevel replyToMode responsePrefix selfChatMode sendReadReceipts streaming:191 textChunkLimit
allowFrom botToken:38 configWrites dmPolicy enabled groupAllowFrom groupPolicy markdown:122 mediaMaxMb name proxy responsePrefix tokenFile webhookPath webhookSecret:38 webhookUrl
*:319
accounts:320 allowFrom botToken:38 configWrites defaultAccount dmPolicy enabled groupAllowFrom groupPolicy historyLimit markdown:122 mediaMaxMb name proxy responsePrefix tokenFile webhookPath webhookSecret:38 webhookUrl
enabled requireMention tools:80
*:322
allowFrom configWrites dangerouslyAllowNameMatching dmPolicy enabled groupAllowFrom groupPolicy groups:323 historyLimit markdown:122 mediaMaxMb messagePrefix name profile responsePrefix
*:324
accounts:325 allowFrom configWrites dangerouslyAllowNameMatching defaultAccount dmPolicy enabled groupAllowFrom groupPolicy groups:323 historyLimit markdown:122 mediaMaxMb messagePrefix name profile responsePrefix
*:1 a2a:119 buzz:125 clickclack:132 defaults:135 discord:172 feishu:187 googlechat:194 imessage:201 irc:207 line:212 matrix:224 mattermost:236 modelByChannel:186 msteams:244 nextcloud-talk:249 nostr:251 qa-channel:257 raft:260 reef:263 signal:271 slack:283 sms:286 synology-chat:287 telegram:302 tlon:308 twitch:311 whatsapp:318 zalo:321 zalouser:326
maxTotal
install provider readyWorkers settings:30 suspendAfter
*:329
desktop preparedPool:328 profiles:330 projectProfiles:2
allowFrom:2 bash bashForegroundMs config debug mcp native nativeSkills ownerAllowFrom plugins restart text
accountId after channel cooldownMs enabled includeSkipped mode to
enabled failureAlert:333 sessionRetention skipMissedJobs triggers:5 webhookSsrfPolicy:115 webhookToken:38
enabled managed passwordFile port
host:335
captureContent enabled endpoint flushIntervalMs headers:2 logs logsEndpoint logsExporter metricNamePrefix metrics metricsEndpoint protocol sampleRate serviceName traces tracesEndpoint
cacheTrace:5 enabled flags otel:337
domain
mdns:114 wideArea:339
enabled timeoutMs
shellEnv:341 vars:2
exemptLoopback lockoutMs maxAttempts windowMs
githubAccountIdClaim issuer providerId
allowLoopback allowUsers cloudflareAccessOidc:344 deviceAutoApprove:237 requiredHeaders userHeader
allowTailscale identityScopes:2 mode password:38 rateLimit:343 token:38 trustedProxy:345
color label
customPlugins
token:38
allowExternalEmbedUrls allowedOrigins automaticallyFetchFavicons basePath communityInvite dangerouslyAllowHostHeaderOriginFallback dangerouslyDisableDeviceAuth embedSandbox enabled environment:347 experimental:348 github:349 root sessionObserver
allowUrl allowedMimes maxBytes maxRedirects timeoutMs urlAllowlist
enabled images:351
maxPages maxPixels minTextChars
allowUrl allowedMimes maxBytes maxChars maxRedirects pdf:353 timeoutMs urlAllowlist
enabled files:354 images:351 maxUrlParts
chatCompletions:352 responses:355
strictTransportSecurity
endpoints:356 securityHeaders:357
mode node
cidrs identity timeoutMs user
autoApproveCidrs autoApproveLocal sshVerify:360
allowSkills browser:359 commands:17 pairing:361 pluginTools:5
domain port
ingress:363
baseUrl timeoutMs
relay:365
apns:366
*:38
edgeAuth:368 password:38 remotePort sshHostKeyPolicy sshIdentity sshTarget tlsFingerprint token:38 transport url
others
accessPolicyPlugin agents sandbox scopes sessions:370
*:371
default definitions:372
mode preserveFunnel
detachedSessionTimeoutSeconds enabled shell
*:1 autoGenerate caPath certPath enabled keyPath
allowRealIpFallback auth:346 bind cliAgents:5 controlUi:350 customBindHost http:358 mode nodes:362 port portals:364 publicOrigin push:367 reload:114 remote:369 roles:373 tailscale:374 terminal:375 tls:376 tools:17 trustedProxies
bind path port
mode path target
account allowUnsafeExternalContent hookUrl includeBody label maxBytes model pushToken renewEveryMinutes serve:378 subscription tailscale:379 thinking topic
*:1 enabled env:2
*:381
extraDirs
enabled entries:382 load:383
*:1 path source
export module
action agentId allowUnsafeExternalContent channel deliver forEach id match:385 messageTemplate model name sessionKey sessionMode textTemplate thinking timeoutSeconds to transform:386 wakeMode
[]:387
allowRequestSessionKey allowedAgentIds allowedSessionKeyPrefixes defaultSessionKey enabled gmail:380 internal:384 mappings:388 path presets token transformsDir
enabled executionIdentity messages
audit:390 consoleLevel consoleStyle file level maxFileBytes redactPatterns
enabled sandboxOrigin sandboxPort
agents defaultToolsApprovalMode
authProfileId clientMetadataUrl identity redirectUrl scope
exclude include
*:1 args auth clientCert clientKey codex:393 command connectionTimeoutMs cwd enabled env:2 headers:2 oauth:394 requestTimeoutMs sslVerify supportsParallelToolCalls toolFilter:395 transport url
*:396
apps:392 servers:397 sessionIdleTtlMs
citations search:59
historyLimit mentionPatterns unmentionedInbound visibleReplies
byChannel:2 debounceMs
discord googlechat imessage irc matrix mattermost msteams signal slack telegram webchat whatsapp
byChannel:402 cap debounceMsByChannel:2 drop mode
ackReaction ackReactionScope groupChat:400 inbound:401 queue:403 responsePrefix responseUsage:2 statusReactions:5 usageTemplate:30 visibleReplies
modelPolicyAllowlist utilityModelSeparation
lastTouchedVersion migrations:405
enabled url
args command cwd env:2 healthUrl idleStopMs readyTimeoutMs
audio completion image prompt request
p50 p75 p90 p99
by partition
allow_fallbacks data_collection enforce_distillable_text ignore max_price:409 only order preferred_max_latency:410 preferred_min_throughput:410 quantizations require_parameters sort:411 zdr
only order
cacheControlFormat codeMode maxTokensField openRouterRouting:412 reasoningEffortMap:2 requiresAssistantAfterToolResult requiresOpenAiAnthropicToolPayload requiresReasoningContentOnAssistantMessages requiresStringContent requiresThinkingAsText requiresToolResultName sendSessionAffinityHeaders sendSessionIdHeader strictMessageKeys supportedReasoningEfforts supportsDeveloperRole supportsEagerToolInputStreaming supportsInstructions supportsJsonSchemaResponseFormat supportsLongCacheRetention supportsPromptCacheKey supportsReasoningEffort supportsResponsesContinuation supportsStore supportsStrictMode supportsTemperature supportsTools supportsUsageInStreaming thinkingFormat toolCallArgumentsEncoding toolSchemaProfile unsupportedToolSchemaKeywords vercelGatewayRouting:413 visibleReasoningDetailTypes zaiToolStream
cacheRead cacheWrite input output range
[]:415
cacheRead cacheWrite input output tieredPricing:416
maxBytes maxPixels maxSidePx preferredSidePx tokenMode
image:418
high low max medium minimal off xhigh
agentRuntime:29 api baseUrl compat:414 contextTokens contextWindow cost:417 headers:2 id input maxTokens mediaInput:419 metadataSource name params:30 reasoning thinkingLevelMap:420
[]:421
headerName mode prefix token:38 value:38
ca:38 cert:38 insecureSkipVerify key:38 passphrase:38 serverName
mode tls:424 url
allowPrivateNetwork auth:423 headers:368 proxy:425 tls:424
agentRuntime:29 api apiKey:38 auth authHeader baseUrl headers:368 injectNumCtxForOpenAICompat localService:408 maxTokens models:422 params:30 region request:426 timeoutSeconds
*:427
catalogRefresh:407 mode providers:428
claude:5
allowProfiles enabled
servers:397
capacity containerImage enabled isolation
agentRuns:430 autoUpdate:5 browserProxy:431 mcp:432 skills:5 workerRuns:433
paths
contextEngine memory
allow deny enabled entries:30 load:435 slots:436
caFile
enabled loopbackMode proxyUrl tls:438
env exec file store
allowedHosts bypassHosts enabled
integrationId pluginId
allowlist args command env:2 jsonOnly maxBytes maxOutputBytes mode noOutputTimeoutMs passEnv path pluginIntegration:442 source timeoutMs trustedDirs
*:443
defaults:440 egressProxy:441 providers:444
checkId detailIncludes reason titleIncludes
[]:446
suppressions:447
args command env:2 maxOutputBytes noOutputTimeoutMs passEnv source timeoutMs trustedDirs
enabled exec:449 targets
audit:448 installPolicy:450
afterDays enabled
archiveDashboardAfter coldStorage:452 highWaterBytes maxDiskBytes maxEntries mode preserveRecent pruneAfter resetArchiveRetention
atHour idleMinutes mode
*:454
direct:454 group:454 thread:454
channel chatType keyPrefix rawKeyPrefix
action match:457
[]:458
default rules:459
drafts readOnly suggest
dmScope groupScope identityLinks:2 mainKey maintenance:453 notifyOnCreate reset:454 resetByChannel:455 resetByType:456 resetTriggers scope sendPolicy:460 sharing:461 store threadBindings:160
apiKey:38 config:30 enabled env:2
*:463
allowUploadedArchives nodeManager preferBrew
maxCandidatesPerRoot maxSkillFileBytes maxSkillsInPrompt maxSkillsLoadedPerSource maxSkillsPromptChars
allowSymlinkTargets extraDirs watch
approvalPolicy autonomous:114 maxPending maxSkillBytes
allowBundled entries:464 install:465 limits:466 load:467 workshop:468
silentReply:41
*:470
*:1 apiKey:38
*:472
brain consultRouting instructions mode model prefixPaddingMs provider providers:473 reasoningEffort silenceDurationMs speakerVoice speakerVoiceId transport vadThreshold
agentId consultFastMode consultThinkingLevel interruptOnSpeech provider providers:473 realtime:474 silenceTimeoutMs speechLocale
consentedAt enabled
allow enabled
args command timeoutSeconds type
[]:478
enabled maxLinks models:479 scope:460 timeoutSeconds
maxAttachments mode prefer
auth:423 headers:368 proxy:425 tls:424
attachments:481 baseUrl echoFormat echoTranscript enabled headers:2 language maxBytes maxChars preferredModel prompt providerOptions:186 request:482 scope:460 timeoutSeconds
attachments:481 baseUrl enabled headers:2 language maxBytes maxChars preferredModel prompt providerOptions:186 request:482 scope:460 timeoutSeconds
args baseUrl capabilities command headers:2 language maxBytes maxChars model preferredProfile profile prompt provider providerOptions:186 request:482 timeoutSeconds type
[]:485
audio:483 concurrency image:484 models:486 video:484
visibility
enabled maxFileBytes maxFiles maxTotalBytes retainOnSessionKeep
attachments:489
codeTimeoutMs enabled maxSearchLimit mode searchDefaultLimit
cacheTtlMinutes enabled headers:2 maxChars maxCharsCap maxRedirects maxResponseBytes provider readability ssrfPolicy:115 timeoutSeconds useTrustedEnvProxy userAgent
city country region timezone
allowedDomains contextSize enabled mode userLocation:493
*:1 cacheTtlMinutes enabled maxResults openaiCodex:494 provider timeoutSeconds
fetch:492 search:495
agentToAgent:477 allow alsoAllow byProvider:66 codeMode:67 deny elevated:68 exec:73 fs:74 github:76 links:480 loopDetection:5 media:487 message:79 profile sandbox:81 sessions:488 sessions_spawn:490 subagents:81 swarm:82 toolSearch:491 toolsBySender:83 updatePlan web:496
accountId channelId guildId meetingUrl providerId sessionId title whenOccupied
[]:498
autoStart:499 enabled
accent chatFollowUpMode chatPersistCommentary chatSendShortcut chatShowThinking chatShowToolCalls locale sidebarEntries theme themeMode
prefs:501 seamColor
auto:5 channel checkOnStart
accessMode appRecommendations lastRunAt lastRunCommand lastRunCommit lastRunMode lastRunVersion securityAcknowledgedAt
$schema accessGroups:4 acp:8 agents:94 approvals:98 attachments:99 auth:102 bindings:108 broadcast:110 browser:116 channels:327 cloudWorkers:331 commands:332 cron:334 desktop:336 diagnostics:338 discovery:340 env:342 gateway:377 hooks:389 logging:391 mcp:398 memory:399 messages:404 meta:406 models:429 nodeHost:434 plugins:437 proxy:439 secrets:445 security:451 session:462 skills:469 surfaces:471 talk:475 telemetry:476 tools:497 transcripts:500 tts:168 ui:502 update:503 wizard:504 worktreeAcceleration worktreeRoot`;
